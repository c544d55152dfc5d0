import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readJob } from "../../../cli/open-kit.ts";
import { budgetPeriod, budgetTotals } from "../../../core/spec/budget.ts";
import { readBudget } from "../../../sdk/budget/budget.ts";
import { terminate } from "../../../sdk/local/attempt.ts";
import type { RunEvent } from "../../../sdk/local/events.ts";
import { allKeys } from "../../../sdk/store/document.ts";
import { fileStore } from "../../../sdk/store/file-store.ts";
import { failingStore, Killed } from "../../support/failing-store.ts";
import {
  copyProject,
  preparedProject,
  runCommand,
  type TestProject,
} from "../../support/project.ts";
import { attemptsOf } from "../../support/settlement.ts";
import type { Behaviour } from "../../support/stand-in/contract.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

let folder: string;
let base: TestProject;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tunekit-ends-"));
  base = await preparedProject(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fresh = () => copyProject(base, temporaryFolder());
const submitWait = (project: TestProject) => project.run("submit", "job.yaml", "--wait", "--json");

async function start(project: TestProject) {
  const kit = await project.kit();
  return kit.submit(readJob(project.io(), "job.yaml").job, { folder: project.folder });
}

async function settledEntries(project: TestProject) {
  const { entries } = await (await project.kit()).ledger.read();
  return entries.flatMap((entry) => (entry.kind === "settled" ? [entry] : []));
}

/** What the budget still holds for runs. */
async function held(project: TestProject): Promise<number> {
  const period = budgetPeriod(new Date().toISOString());
  return budgetTotals(await readBudget(fileStore(project.store), "support", period)).committed;
}

async function keysBelow(project: TestProject, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of allKeys(fileStore(project.store), prefix)) keys.push(key);
  return keys;
}

const BROKEN: [NonNullable<Behaviour["brokenPromise"]>, words: string, fix: string][] = [
  ["no-result", "exited 0 without a result.json", "npm run conformance"],
  ["fewer-steps", "completed 11 of 12 steps", "npm run conformance"],
  ["other-fingerprint", "fingerprint of its inputs is not the approved one", "npm run conformance"],
  [
    "no-adapter",
    "adapter_config.json is missing; adapter_model.safetensors is missing",
    "writes both",
  ],
  ["pickle", "optimizer.pt is a pickle: loading it can run code", "remove it"],
  ["nan", "has NaN or infinity at value 0", "lower training.learningRate"],
  [
    "missing-tensor",
    'has only one half of "model.layers.3.mlp.down_proj"',
    "save the whole adapter",
  ],
];

describe("a trainer that breaks its contract", () => {
  it("fails with everything that is wrong, ships no adapter, is settled, and can be submitted anew", async () => {
    const project = fresh();
    const runIds = new Set<string>();
    for (const [brokenPromise, words, fix] of BROKEN) {
      project.behave({ brokenPromise });
      const { exit, error } = await submitWait(project);
      expect([brokenPromise, exit, error.code]).toEqual([brokenPromise, 1, "contract"]);
      expect(error.message).toContain(words);
      expect(error.fix).toContain(fix);
      runIds.add(/run (\S+):/.exec(error.message)?.[1] ?? "");
    }
    expect(runIds.size).toBe(BROKEN.length);
    expect(await keysBelow(project, "adapters/")).toEqual([]);
    expect((await keysBelow(project, "runs/")).filter((key) => key.includes("/adapter/"))).toEqual(
      [],
    );
    expect(
      (await settledEntries(project)).map(({ outcome, failure }) => `${outcome} ${failure}`),
    ).toEqual(BROKEN.map(() => "failed contract"));
    expect(await held(project)).toBe(0);

    project.behave({});
    expect(await submitWait(project)).toMatchObject({ exit: 0, json: { state: "succeeded" } });
  });
});

describe("a trainer that fails", () => {
  it.each([[78, "out-of-memory", "halve training.batchSize"]])(
    "exit %i: failed (%s), settled, with the step that it reached",
    async (exit, failure, fix) => {
      const project = fresh();
      project.behave({ failAt: 5, exit });
      const ended = await submitWait(project);
      expect(ended).toMatchObject({ exit: 1, error: { code: failure } });
      expect(ended.error.message).toContain("failed at step 5, as the test asked");
      expect(ended.error.fix).toContain(fix);
      const [run] = (await project.run("list", "--json")).json;
      expect(run).toMatchObject({ state: "failed", step: 4, adapterVersion: null });
      expect((await project.run("status", run.runId)).out).toContain(`fix: ${run.result.fix}`);
      expect((await project.run("logs", run.runId)).out).toContain(`"exit":${exit}`);
      expect(await settledEntries(project)).toMatchObject([{ outcome: "failed", failure }]);
    },
  );
});

describe("deadline", () => {
  it("ends the run as failed, and is no interruption to be resumed", async () => {
    const project = fresh();
    // the gate would refuse a deadline that the run is expected to miss; a team that only observes runs into it
    project.edit("tunekit.yaml", (text) =>
      text.replace("monthlyBudget: 20 USD", "monthlyBudget: 20 USD\n    mode: observe"),
    );
    project.edit("job.yaml", (text) =>
      text.replace("capacity: [owned]", "capacity: [owned]\n  deadline: 1s"),
    );
    project.behave({ stepMs: 300, tokensPerSecond: 1_500, peakMemoryBytes: 1e9 });
    const ended = await submitWait(project);
    expect(ended).toMatchObject({ exit: 1, error: { code: "deadline" } });
    expect(ended.error.fix).toContain("raise placement.deadline");
    // a run that was too slow for its deadline is one to learn of; its peak may still have been ahead
    expect(await settledEntries(project)).toMatchObject([
      {
        outcome: "failed",
        failure: "deadline",
        observed: { speed: { actual: 1_500 }, memory: null },
      },
    ]);
  });
});

describe("cancel", () => {
  it("of a running run: it writes a checkpoint, and what was spent is settled", async () => {
    const project = fresh();
    project.behave({ stepMs: 50 });
    const run = await start(project);
    for await (const event of run.events()) if (event.kind === "metric") break;
    const cancelled = await project.run("cancel", run.id, "--json");
    expect(cancelled).toMatchObject({ exit: 0, json: { state: "cancelled", attempts: 1 } });
    expect(attemptsOf(project, run.id)).toMatchObject([{ exit: { code: 75 } }]);
    expect(await settledEntries(project)).toMatchObject([
      { outcome: "cancelled", failure: "cancelled" },
    ]);
    expect(await held(project)).toBe(0);
    expect(await project.run("cancel", run.id, "--json")).toMatchObject({
      exit: 2,
      error: { code: "RunEnded" },
    });
    project.behave({});
    const anew = await submitWait(project);
    expect(anew).toMatchObject({ exit: 0, json: { state: "succeeded" } });
    expect(anew.json.runId).not.toBe(run.id);
  });

  it("of an interrupted run: it is not resumed", async () => {
    const project = fresh();
    project.behave({ stepMs: 50 });
    const run = await start(project);
    for await (const event of run.events()) if (event.kind === "metric") break;
    terminate(attemptsOf(project, run.id)[0] as Parameters<typeof terminate>[0]);
    await expect(run.wait()).rejects.toMatchObject({ code: "killed" });
    const status = await run.status();
    expect(status).toMatchObject({ state: "interrupted", attempts: 1 });
    expect(status.sentence).toMatch(
      /stopped by SIGTERM at step \d+.*submit the job again and it goes on/,
    );
    expect(await run.cancel()).toMatchObject({ state: "cancelled" });
    expect(await settledEntries(project)).toMatchObject([{ outcome: "cancelled", attempts: 1 }]);
  });

  it("of a run that was never started costs nothing", async () => {
    const project = fresh();
    const { store } = failingStore(fileStore(project.store), 5); // all but the last entry before the start
    const job = readJob(project.io(), "job.yaml").job;
    await expect(project.kitOn(store).submit(job, { folder: project.folder })).rejects.toThrow(
      Killed,
    );
    const [listed] = (await project.run("list", "--json")).json;
    expect(listed).toMatchObject({ state: "starting", attempts: 0 });
    expect(listed.sentence).toBe("not started yet; submit the job again and it goes on");
    const waited = await project.run("status", listed.runId, "--wait", "--json");
    expect(waited).toMatchObject({ exit: 1, error: { fix: "submit the job again" } });
    expect(await held(project)).toBeGreaterThan(0);
    expect((await project.run("cancel", listed.runId)).out).toContain(
      "cancelled; 0.00 USD were spent",
    );
    expect(await held(project)).toBe(0);
    expect(await settledEntries(project)).toMatchObject([{ outcome: "cancelled", actual: 0 }]);
  });

  it("of a run that failed before anybody looked: it has failed", async () => {
    const project = fresh();
    project.behave({ failAt: 1 });
    const run = await start(project);
    while (!attemptsOf(project, run.id).at(-1)?.exit) await sleep(20);
    await expect(run.cancel()).rejects.toMatchObject({ code: "RunEnded" });
    expect(await run.status()).toMatchObject({ state: "failed", result: { failure: "internal" } });
  });
});

describe("events", () => {
  it("come in order and can be resumed from any position", async () => {
    const project = fresh();
    project.behave({ stepMs: 10 });
    const run = await start(project);
    const all: RunEvent[] = [];
    for await (const event of run.events()) all.push(event);
    const steps = all.flatMap((event) =>
      event.kind === "metric" && event.metric.split === "train" ? [event.metric.step] : [],
    );
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(all.at(-1)).toMatchObject({ kind: "state", state: "succeeded", attempt: 1 });
    const metrics = all.filter(({ kind }) => kind === "metric");
    for (const [index, { position }] of metrics.entries()) {
      const rest: RunEvent[] = [];
      for await (const event of run.events({ after: position })) rest.push(event);
      expect(rest.filter(({ kind }) => kind === "metric")).toEqual(metrics.slice(index + 1));
    }
  });

  it("are those of the store where the run's folder is not; the log stays where it trained", async () => {
    const project = fresh();
    const run = await start(project);
    await run.wait();
    const here: RunEvent[] = [];
    for await (const event of run.events()) here.push(event);
    const metrics = here.filter(({ kind }) => kind === "metric");
    const printed = await project.run("logs", run.id, "--metrics");
    rmSync(join(project.folder, ".tunekit/work"), { recursive: true });

    const there: RunEvent[] = [];
    for await (const event of run.events()) there.push(event);
    expect(there).toEqual([...metrics, here.at(-1)]);
    const rest: RunEvent[] = [];
    for await (const event of run.events({ after: metrics[3]?.position ?? 0 })) rest.push(event);
    expect(rest).toEqual(there.slice(4));
    expect(metrics.length).toBeGreaterThan(4);
    expect(await project.run("logs", run.id, "--metrics")).toMatchObject({
      exit: 0,
      out: printed.out,
    });
    expect(await project.run("logs", run.id, "--json")).toMatchObject({
      exit: 2,
      error: {
        code: "LogElsewhere",
        message: "the log stayed on the machine that trained",
        fix: `run \`tunekit logs ${run.id}\` there; \`--metrics\` works here`,
      },
    });
  });

  it("wait gives up at its timeout or signal, and the run goes on", async () => {
    const project = fresh();
    project.behave({ stepMs: 40 });
    const run = await start(project);
    await expect(run.wait({ timeout: 0.1 })).rejects.toMatchObject({
      code: "preempted",
      message: `stopped waiting; run ${run.id} goes on`,
      fix: `\`tunekit status ${run.id} --wait\` looks again`,
    });
    await expect(run.wait({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "preempted",
    });
    const aborted = project.io({ signal: AbortSignal.timeout(100) });
    expect(await runCommand(aborted, ["status", run.id, "--wait", "--json"])).toMatchObject({
      exit: 1,
      error: { code: "Stopped", fix: "the same command goes on from here" },
    });
    expect(await run.wait()).toMatchObject({ state: "succeeded" });
  });

  it("logs --follow prints metrics until the run ends", async () => {
    const project = fresh();
    project.behave({ stepMs: 10 });
    const run = await start(project);
    const followed = await project.run("logs", run.id, "--follow");
    expect(followed.out).toMatch(
      /^step 1 {2}train loss 1\.000\n[\s\S]*step 12 {2}validation loss 0\.08333\n$/,
    );
  });
});
