import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readJob } from "../../../cli/open-kit.ts";
import { fileStore } from "../../../sdk/store/file-store.ts";
import { failingStore, Killed } from "../../support/failing-store.ts";
import { copyProject, preparedProject, type TestProject } from "../../support/project.ts";
import { attemptsOf, expectSettledOnce } from "../../support/settlement.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Every write of a run, and the process gone before it: submitted again, all is there once. */
let folder: string;
/** Ready to train. */
let ready: TestProject;
/** Trained to the end, and nobody has looked since. */
let trained: TestProject;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tunekit-crash-"));
  ready = await preparedProject(join(folder, "ready"));
  trained = copyProject(ready, join(folder, "trained"));
  const kit = await trained.kit();
  const { id } = await kit.submit(jobOf(trained), { folder: trained.folder });
  while (!attemptsOf(trained, id).at(-1)?.exit) await sleep(20);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const jobOf = (project: TestProject) => readJob(project.io(), "job.yaml").job;

async function submitAndWait(project: TestProject, store = fileStore(project.store)) {
  const run = await project.kitOn(store).submit(jobOf(project), { folder: project.folder });
  await run.wait();
}

describe("a process that dies between two writes", () => {
  it("of a submit leaves nothing half-done: the same job again runs once", async () => {
    const seen: string[] = [];
    for (let writes = 0; ; writes += 1) {
      const project = copyProject(ready, temporaryFolder());
      const { store, written } = failingStore(fileStore(project.store), writes);
      const before = await project
        .kitOn(store)
        .submit(jobOf(project), { folder: project.folder })
        .catch((error: unknown) => error);
      if (!(before instanceof Killed)) {
        seen.push(...written);
        await submitAndWait(project);
        break;
      }
      expect((await (await project.kit()).runs.list()).length).toBeLessThanOrEqual(1);
      await submitAndWait(project);
      await expectSettledOnce(project);
    }
    expect(seen.map(shape)).toEqual([
      "runs/support/RUN/decision.json",
      "runs/support/RUN/job.json",
      "runs/support/by-job/DIGEST.json",
      "ledger/DAY/ENTRY.json",
      "budgets/support/MONTH.json",
      "ledger/DAY/ENTRY.json",
    ]);
  });

  it("of finishing a run leaves what the next look completes", async () => {
    const seen: string[] = [];
    for (let writes = 0; ; writes += 1) {
      const project = copyProject(trained, temporaryFolder());
      const { store, written } = failingStore(fileStore(project.store), writes);
      const ended = await submitAndWait(project, store).catch((error: unknown) => error);
      if (ended === undefined) {
        seen.push(...written);
        break;
      }
      expect(ended).toBeInstanceOf(Killed);
      await submitAndWait(project);
      expect((await expectSettledOnce(project)).attempts).toBe(1);
    }
    expect(seen.map(shape)).toEqual([
      "runs/support/RUN/metrics.jsonl",
      "runs/support/RUN/adapter/adapter_config.json",
      "runs/support/RUN/adapter/adapter_model.safetensors",
      "runs/support/RUN/result.json",
      "budgets/support/MONTH.json", // money that is spent counts, whatever comes of the files
      "adapters/ticket-fields/versions/DIGEST/README.md",
      "adapters/ticket-fields/versions/DIGEST/manifest.json",
      "adapters/ticket-fields/events/ENTRY.json",
      "ledger/DAY/ENTRY.json",
    ]);
  });

  it("a run that lost the race for its pointer is no run", async () => {
    const project = copyProject(ready, temporaryFolder());
    const { store } = failingStore(fileStore(project.store), 2); // decision and job, no pointer
    await expect(
      project.kitOn(store).submit(jobOf(project), { folder: project.folder }),
    ).rejects.toThrow(Killed);
    const kit = await project.kit();
    expect(await kit.runs.list()).toEqual([]);
    await expect(kit.runs.get("01")).rejects.toMatchObject({ code: "RunUnknown" });
  });
});

/** A key with its ids replaced by what they are. */
const shape = (key: string): string =>
  key
    .replace(/[0-9a-f]{64}/, "DIGEST")
    .replace(/ledger\/\d{4}\/\d\d\/\d\d/, "ledger/DAY")
    .replace(/\/\d{4}-\d\d\.json/, "/MONTH.json")
    .replace(/(runs\/support)\/[0-9A-Z]{26}/, "$1/RUN")
    .replace(/[0-9A-Z]{26}\.json/, "ENTRY.json");
