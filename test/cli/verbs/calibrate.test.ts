import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../../core/spec/ledger.ts";
import { preparedProject, type TestProject } from "../../support/project.ts";

/** One story on a real store: runs of the stand-in trainer, settled by the client, correct the next plan. */
let folder: string;
let project: TestProject;
let raw = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tunekit-calibrate-"));
  project = await preparedProject(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Another job each time: an equal one would find its run. */
async function train(seed: number): Promise<void> {
  project.edit("job.yaml", (text) => text.replace(/seed: \d+/, `seed: ${seed}`));
  const { exit, err } = await project.run("submit", "job.yaml", "--wait");
  if (exit !== 0) throw new Error(err);
}

const settledEntries = async () =>
  (await (await project.kit()).ledger.read()).entries.filter(
    (entry): entry is Extract<LedgerEntry, { kind: "settled" }> => entry.kind === "settled",
  );

describe("tunekit calibrate", () => {
  it("says that there is nothing yet, and what to do", async () => {
    const { exit, out } = await project.run("calibrate");
    expect(exit).toBe(0);
    expect(out).toMatch(/no settled run has measured .* not corrected\n.*tunekit submit/);
    const { json } = await project.run("calibrate", "--json");
    expect(json).toEqual({ groups: [], implausible: 0 });
  });

  it("learns nothing from a trainer that does not measure itself", async () => {
    raw = (await project.run("plan", "job.yaml", "--json")).json.estimate.speed.expected;
    await train(1);
    const [entry] = await settledEntries();
    expect(entry?.observed).toBeNull();
    expect((await project.run("calibrate", "--json")).json.groups).toEqual([]);
  });

  it("corrects the next plan by what settled runs measured", async () => {
    project.behave({ tokensPerSecond: 0.5 * raw });
    await train(2);
    const { estimate, facts } = (await project.run("plan", "job.yaml", "--json")).json;
    expect(estimate.speed.expected).toBeCloseTo(0.5 ** (2 / 3) * raw);
    expect(facts?.estimate ?? estimate).toEqual(estimate);
    expect(estimate.assumptions).toContainEqual({
      name: "speed corrected by past runs",
      value: "x 0.63",
      source: "1 settled run of tunekit-trl lora on cpu",
    });
  });

  it("holds every run against the raw estimate, so that the same bias is not taken off twice", async () => {
    await train(3);
    await train(4);
    const observed = (await settledEntries()).flatMap((entry) => entry.observed ?? []);
    expect(observed).toHaveLength(3);
    for (const { speed } of observed) {
      expect(speed?.estimated).toBeCloseTo(raw);
      expect(speed?.actual).toBeCloseTo(0.5 * raw);
    }
    const { estimate, decision } = (await project.run("plan", "job.yaml", "--json")).json;
    expect(estimate.speed.expected).toBeCloseTo(0.5 ** (6 / 7) * raw);
    expect(estimate.calibration.speed).toMatchObject({ runs: 3, factor: expect.closeTo(0.552, 3) });
    expect(decision.estimate.calibration).toEqual(estimate.calibration);
  });

  it("shows the error before and after, each run corrected by the others", async () => {
    const { exit, json, out } = await project.run("calibrate", "--json");
    expect(exit).toBe(0);
    expect(out).not.toContain("undefined");
    const [group, ...rest] = json.groups;
    expect(rest).toEqual([]);
    expect(group).toMatchObject({
      figure: "speed",
      stack: "tunekit-trl",
      gpu: "cpu",
      method: "lora",
      runs: 3,
      ratio: expect.closeTo(0.5),
      factor: expect.closeTo(0.5 ** (6 / 7)),
      error: { before: expect.closeTo(1), after: expect.closeTo(0.5 ** (-1 / 5) - 1) },
      missing: 0,
    });
    const text = (await project.run("calibrate")).out;
    expect(text).toMatch(/speed of training/);
    expect(text.split("\n").filter((line) => line.length > 92)).toEqual([]); // a card's name may be 8 longer
    expect(text).toMatch(/tunekit-trl +cpu +lora +3 +0\.50 +x 0\.55 +100 % +15 %/);
  });

  it("replays a calibrated decision to the same bytes", async () => {
    const kit = await project.kit();
    const run = (await kit.runs.list())[0];
    const record = join(project.store, "runs/support", run?.runId ?? "", "decision.json");
    const { exit, json } = await project.run("decide", record, "--json");
    expect(exit).toBe(0);
    expect(json.replayed).toBe("equal");
    expect(json.decision.estimate.calibration.speed.runs).toBe(2); // what was known when it was decided
  });
});
