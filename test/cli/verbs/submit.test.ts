import { describe, expect, it } from "vitest";
import { readJob } from "../../../cli/open-kit.ts";
import { budgetPeriod } from "../../../core/spec/budget.ts";
import { parseUsd } from "../../../core/units.ts";
import { reserve } from "../../../sdk/budget/budget.ts";
import { fileStore } from "../../../sdk/store/file-store.ts";
import { failingStore, Killed } from "../../support/failing-store.ts";
import { copyProject, preparedProject, type TestProject } from "../../support/project.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A submit that died after its run was decided and before it held money, which another run then took. */
async function outbid(project: TestProject): Promise<void> {
  const real = fileStore(project.store);
  const { store } = failingStore(real, 3); // decision, job and pointer
  const { job } = readJob(project.io(), "job.yaml");
  await expect(project.kitOn(store).submit(job, { folder: project.folder })).rejects.toThrow(
    Killed,
  );
  const period = budgetPeriod(new Date().toISOString());
  const other = { team: "support", period, runId: "another-run" };
  const limit = parseUsd("20");
  expect(await reserve(real, other, limit, limit)).toMatchObject({ granted: true });
}

describe("tunekit submit when other runs took the budget in the meantime", () => {
  it("exits 3 and says what to do, with and without --wait and --json; nothing is trained", async () => {
    const ready = await preparedProject(temporaryFolder());
    await outbid(ready);
    for (const flags of [[], ["--wait"]]) {
      const project = copyProject(ready, temporaryFolder());
      const { exit, json } = await project.run("submit", "job.yaml", "--json", ...flags);
      expect(exit).toBe(3);
      expect(json).toMatchObject({
        state: "failed",
        costMicroUsd: 0,
        attempts: 0,
        result: {
          failure: "policy",
          fix: "submit the job again when the budget has room: `tunekit report` shows what took it",
        },
      });
    }
    const inWords = await ready.run("submit", "job.yaml");
    expect(inWords.exit).toBe(3);
    expect(inWords.out).toContain("failed (policy): other runs took the budget of ");
    expect(inWords.out).toContain("fix: submit the job again when the budget has room");
  });
});
