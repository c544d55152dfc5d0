import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fitMemory, fitSpeed } from "../../bench/score/fit-constants.ts";
import { PLAIN } from "../../bench/score/predictors.ts";
import { scoreDocument } from "../../bench/score/score-document.ts";
import { MEASUREMENTS } from "../../core/catalog/measurements.ts";
import { MEMORY_CONSTANTS } from "../../core/estimate/memory-constants.ts";
import { SPEED_CONSTANTS } from "../../core/estimate/speed-constants.ts";

const ROOT = join(import.meta.dirname, "../..");
const SOURCE = join(ROOT, "core/catalog/sources/measurements.json");
const score = (runs = MEASUREMENTS) => scoreDocument(runs, () => PLAIN);
const whole = score();

describe("the estimate on the published runs", () => {
  it("is within the targets for memory", () => {
    const { pooled } = whole.memory;
    expect(pooled.n).toBe(247);
    expect(pooled.medianAbsPct).toBeLessThan(5);
    expect(pooled.p90AbsPct).toBeLessThan(15);
    expect(pooled.underBy10Pct).toBeLessThan(9);
    expect(pooled.upperExceededBy10Pct).toBeLessThan(3);
    expect(pooled.coverage80).toBeGreaterThan(75);
    expect(pooled.coverage80).toBeLessThan(90);
  });

  it("is within the targets for speed", () => {
    const { pooled } = whole.speed;
    expect(pooled.n).toBe(176);
    expect(pooled.medianAbsPct).toBeLessThan(9);
    expect(pooled.within2x).toBeGreaterThan(98);
    expect(pooled.coverage80).toBeGreaterThan(78);
  });

  it("refuses every run that ended without memory, and hardly one that fitted", () => {
    const { oomTotal, oomCaught, fitsTotal, fitsRefused } = whole.fit.pooled;
    expect(oomCaught).toBe(oomTotal);
    expect(fitsRefused / fitsTotal).toBeLessThan(0.03);
  });

  it("never sees what was measured before it predicts", () => {
    const blind = score(
      MEASUREMENTS.map((run) => ({
        ...run,
        peakBytes: run.peakBytes && 1,
        tokensPerSecondPerGpu: run.tokensPerSecondPerGpu && 1,
        fits: !run.fits,
      })),
    );
    expect(
      blind.points.map(({ memory, speed, fit }) => [
        memory.predicted,
        speed.predicted,
        fit.verdict,
      ]),
    ).toEqual(
      whole.points.map(({ memory, speed, fit }) => [
        memory.predicted,
        speed.predicted,
        fit.verdict,
      ]),
    );
  });

  it.each([
    [{ model: "nobody/knows" }, /no shape of nobody\/knows/],
    [{ microBatch: null }, /micro-batch or length is not stated/],
    [{ quantization: "exl2" }, /nobody has entered what "exl2" weighs/],
    [{ targets: ["q", "nothing"] }, /no layer "nothing"/],
  ])("says why it cannot answer %j, and leaves the run out of the figures", (changes, reason) => {
    const run = MEASUREMENTS.find(
      ({ scoreMemory }) => scoreMemory,
    ) as (typeof MEASUREMENTS)[number];
    const { points, memory } = score([{ ...run, ...changes }]);
    expect(points[0]).toMatchObject({ memory: { predicted: null, scored: false } });
    expect(points[0]?.unknown.join()).toMatch(reason);
    expect(memory.pooled).toEqual({ n: 0 });
  });
});

describe("the constants", () => {
  const numbers = (values: object): number[] =>
    Object.values(values).flatMap((value) => (typeof value === "object" ? numbers(value) : value));
  const expectNear = (fitted: object, used: object) =>
    numbers(fitted).forEach((value, index) => {
      expect(value / (numbers(used)[index] || 1)).toBeCloseTo(value === 0 ? 0 : 1, 2);
    });

  it("are what the fit finds, to three digits", () => {
    expectNear(fitMemory(MEASUREMENTS), MEMORY_CONSTANTS);
    expectNear(fitSpeed(MEASUREMENTS), SPEED_CONSTANTS);
  });
});

describe("npm run score", () => {
  const folder = mkdtempSync(join(tmpdir(), "tunekit-score-"));
  const node = (...args: string[]) =>
    spawnSync(process.execPath, ["bench/score.ts", ...args], { cwd: ROOT, encoding: "utf8" });

  it("prints one document on any file of the catalog's shape", () => {
    const { sources, points } = JSON.parse(readFileSync(SOURCE, "utf8"));
    const file = join(folder, "some.json");
    writeFileSync(file, JSON.stringify({ sources, points: points.slice(0, 9) }));
    const out = execFileSync(process.execPath, ["bench/score.ts", file], { cwd: ROOT });
    const document = JSON.parse(out.toString());
    expect(Object.keys(document)).toEqual(["memory", "speed", "fit", "points"]);
    expect(document.points).toHaveLength(9);
    expect(document.memory.bySource["litgpt-tables"].n).toBe(document.memory.pooled.n);
  });

  it("scores the other rows where one is no run, and says which and why", () => {
    const { points } = JSON.parse(readFileSync(SOURCE, "utf8"));
    const odd = { ...points[1], method: "prefix-tuning", compile: null };
    const file = written("odd.json", JSON.stringify({ points: [points[0], odd, points[2]] }));
    const document = JSON.parse(node(file).stdout);
    expect(document.memory.pooled.n).toBe(2);
    expect(document.points.at(-1)).toMatchObject({ id: odd.id });
    expect(document.points.at(-1).unknown.join()).toMatch(/method/);
  });

  it.each([
    ["no file", () => join(folder, "nothing.json"), /no such file/],
    ["no JSON", () => written("text.json", "{"), /not JSON/],
    ["another shape", () => written("other.json", '{"runs":[]}'), /has no list of "points"/],
  ])("refuses %s with exit 2, and says how it is called", (_, path, message) => {
    const { status, stderr, stdout } = node(path());
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/usage: npm run -s score/);
  });

  function written(name: string, text: string): string {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  }
});
