import { describe, expect, it } from "vitest";
import { readJob } from "../../cli/open-kit.ts";
import { builtinPriceBook } from "../../core/catalog/prices.ts";
import { replay } from "../../policies/replay.ts";
import { makeProject } from "../support/project.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const ROW =
  "{region: us-east-1, instanceType: g6.xlarge, capacity: on-demand, usdPerHour: 0.01, asOf: 2026-11-23, source: our contract}";

describe("a price that is entered after a decision", () => {
  it("changes the next decision and no decision that was taken", async () => {
    const project = makeProject(temporaryFolder());
    project.edit("tunekit.yaml", (text) =>
      text
        .replace("[local-cpu]", "[local-cpu, gpu-24gb]")
        .replace("{ owned: 36500 }", "{ owned: 36500, onDemand: 36500 }"),
    );
    project.edit("job.yaml", (text) =>
      text.replace("[local-cpu]", "[gpu-24gb]").replace("[owned]", "[on-demand]"),
    );
    const planned = async () =>
      (await project.kit()).plan(readJob(project.io(), "job.yaml").job, { folder: project.folder });

    const before = await planned();
    project.edit("tunekit.yaml", (text) => `${text}prices: [${ROW}]\n`);
    const after = await planned();

    expect(before.estimate.priceBook.digest).toBe(builtinPriceBook().digest);
    expect(after.estimate.priceBook.id).toBe("builtin+tunekit.yaml");
    expect(after.estimate.placement.instanceType).toBe("g6.xlarge");
    expect(after.estimate.cost?.expected).toBeLessThan(before.estimate.cost?.expected ?? 0);
    expect(replay(before.facts, before.decision)).toMatchObject({ equal: true });
    expect(replay(after.facts, after.decision)).toMatchObject({ equal: true });
    expect(after.decision.factsDigest).not.toBe(before.decision.factsDigest);
  });
});
