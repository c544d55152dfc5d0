import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAttempts } from "../../../sdk/local/attempt.ts";
import { type PredictRequest, predict } from "../../../sdk/local/predict.ts";
import { EVALUATE_SCRIPT } from "../../../sdk/local/python.ts";
import { type Workspace, workspace } from "../../../sdk/local/workspace.ts";
import { projectEnv } from "../../support/project.ts";
import type { Behaviour } from "../../support/stand-in/contract.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const items = Array.from({ length: 6 }, (_, index) => ({
  id: `item-${index}`,
  messages: [
    { role: "user", content: `question ${index}` },
    { role: "assistant", content: `answer ${index}` },
  ],
}));
const arms = ["base", "other"].map((id) => ({
  id,
  adapter: false,
  system: "",
  suffix: "",
  shots: [],
}));

function request(behaviour: Behaviour = {}, over: Partial<PredictRequest> = {}): PredictRequest {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "model"));
  writeFileSync(join(folder, "model/behaviour.json"), JSON.stringify(behaviour));
  const config = { arms, batchSize: 2 };
  return {
    python: projectEnv.TUNEKIT_PYTHON as string,
    script: EVALUATE_SCRIPT,
    config,
    items,
    model: join(folder, "model"),
    workFolder: join(folder, "work"),
    env: projectEnv,
    ...over,
  };
}

/** The folder that a request answers in. */
function spaceOf({ workFolder }: PredictRequest): Workspace {
  const [name = ""] = readdirSync(workFolder);
  return workspace(workFolder, name);
}

const pairs = (lines: readonly { arm: string; id: string }[]) =>
  lines.map(({ arm, id }) => `${arm} ${id}`).sort();
const everyPair = pairs(arms.flatMap((arm) => items.map(({ id }) => ({ arm: arm.id, id }))));

/** Runs `then` once, as soon as something is answered. */
function whenAnswering(then: () => void): (answered: number) => void {
  let done = false;
  return (answered) => {
    if (answered === 0 || done) return;
    done = true;
    then();
  };
}

describe("predict", () => {
  it("answers every item with every arm, and reads a finished one without running it again", async () => {
    const asked = request();
    const first = await predict(asked);
    expect(first.predictions.map(({ arm, id }) => `${arm} ${id}`)).toEqual(
      arms.flatMap((arm) => items.map(({ id }) => `${arm.id} ${id}`)),
    );
    expect(await predict({ ...asked, python: "/no/python" })).toEqual(first);
  });

  it("keeps what was answered before a kill", async () => {
    const asked = request({ crashEvaluatorAfter: 5 });
    await expect(predict(asked)).rejects.toMatchObject({
      code: "killed",
      message: "answering stopped after 5 of 12: the evaluator exited 137",
      fix: "run the same command again: the answers so far are kept",
    });
    const [space = ""] = readdirSync(asked.workFolder);
    const output = join(asked.workFolder, space, "output/predictions.jsonl");
    const before = readFileSync(output, "utf8");
    writeFileSync(output, `${before}{"id":"item-5","ar`); // a line that the kill cut off
    const { predictions, text } = await predict(asked);
    expect(predictions).toHaveLength(12);
    expect(text.startsWith(before)).toBe(true);
  });

  it("stops in order when it is told to, and goes on from there", async () => {
    const controller = new AbortController();
    const asked = request({ stepMs: 150 });
    const stopped = predict({
      ...asked,
      signal: controller.signal,
      onProgress: (answered) => {
        if (answered > 0) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: "preempted" });
    expect((await predict(asked)).predictions).toHaveLength(12);
  });

  it.each([
    [64, "config", "read the log"],
    [65, "data", "mend the item that is named"],
    [69, "dependency", "tunekit doctor"],
    [70, "internal", "read the log"],
    [75, "preempted", "run the same command again"],
    [78, "out-of-memory", "lower evaluation.batchSize"],
    [3, "internal", "read the log"],
  ])("exit %i of the evaluator is %s", async (evaluatorExit, code, fix) => {
    await expect(predict(request({ evaluatorExit }))).rejects.toMatchObject({
      code,
      message: "answering stopped after 0 of 12: failed, as the test asked",
      fix: expect.stringContaining(fix),
      path: expect.stringMatching(/attempt-1\.log$/),
    });
  });

  it("asked for twice at once is answered once", async () => {
    const asked = request({ stepMs: 60 });
    const [first, second, third] = await Promise.all([
      predict(asked),
      predict(asked),
      predict(asked),
    ]);
    expect(pairs(first.predictions)).toEqual(everyPair);
    expect([second, third]).toEqual([first, first]);
    expect(readAttempts(spaceOf(asked)).map(({ exit }) => exit?.code)).toEqual([0]);
  });

  it("whoever waits for another's evaluator may stop it, and both are told", async () => {
    const controller = new AbortController();
    const asked = request({ stepMs: 150 });
    const first = predict(asked);
    const onProgress = whenAnswering(() => controller.abort());
    const second = predict({ ...asked, signal: controller.signal, onProgress });
    const told = { code: "preempted", fix: expect.stringContaining("answers so far are kept") };
    await Promise.all([
      expect(first).rejects.toMatchObject(told),
      expect(second).rejects.toMatchObject(told),
    ]);
    expect(pairs((await predict(asked)).predictions)).toEqual(everyPair);
    expect(readAttempts(spaceOf(asked)).map(({ exit }) => exit?.code)).toEqual([75, 0]);
  });

  it.skipIf(process.platform !== "linux").each([
    ["evaluator", (leader: number) => childrenOf(leader)],
    ["evaluator and its supervisor", (leader: number) => [-leader]],
  ])("kill -9 of the %s: the next one goes on from there", async (_, victims) => {
    const asked = request({ stepMs: 80 });
    const onProgress = whenAnswering(() => {
      const leader = readAttempts(spaceOf(asked))[0]?.pid as number;
      for (const pid of victims(leader)) process.kill(pid, "SIGKILL");
    });
    await expect(predict({ ...asked, onProgress })).rejects.toMatchObject({
      code: "killed",
      fix: "run the same command again: the answers so far are kept",
    });
    const before = readFileSync(join(spaceOf(asked).output, "predictions.jsonl"), "utf8");
    const { predictions, text } = await predict(asked);
    expect(pairs(predictions)).toEqual(everyPair);
    expect(text.startsWith(before.slice(0, before.lastIndexOf("\n") + 1))).toBe(true);
    expect(readAttempts(spaceOf(asked))).toHaveLength(2);
  });

  it.skipIf(process.platform !== "linux")(
    "kill -9 of the supervisor alone: its evaluator is waited for, not started a second time",
    async () => {
      const asked = request({ stepMs: 80 });
      const onProgress = whenAnswering(() =>
        process.kill(readAttempts(spaceOf(asked))[0]?.pid as number, "SIGKILL"),
      );
      expect(pairs((await predict({ ...asked, onProgress })).predictions)).toEqual(everyPair);
      expect(readAttempts(spaceOf(asked))).toHaveLength(1);
    },
  );

  it("heals a file that two evaluators wrote at once, and one that was cut off", async () => {
    const asked = request();
    const whole = await predict(asked);
    const space = spaceOf(asked);
    const file = join(space.output, "predictions.jsonl");
    const [a = "", b = "", ...rest] = whole.text.trimEnd().split("\n");

    writeFileSync(file, [a, a, b, ...rest, b, ""].join("\n")); // doubled: nothing is missing
    expect(await predict(asked)).toEqual(whole);
    expect(readAttempts(space)).toHaveLength(1);

    writeFileSync(file, [a, `${b.slice(0, 20)}${a}`, ...rest, b.slice(0, 20)].join("\n"));
    expect(pairs((await predict(asked)).predictions)).toEqual(everyPair);
    const healed = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(pairs(healed.map((line) => JSON.parse(line)))).toEqual(everyPair);
    expect(healed.slice(0, -1)).toEqual([a, ...rest]);
  });

  it("an evaluator that says nothing broke its contract, and one that is not there did not start", async () => {
    await expect(predict(request({}, { python: "true" }))).rejects.toMatchObject({
      code: "contract",
      message: "answering stopped after 0 of 12: the evaluator exited 0",
      fix: expect.stringContaining("read the log"),
    });
    await expect(predict(request({}, { python: "/no/python" }))).rejects.toMatchObject({
      code: "internal",
      message: "answering stopped after 0 of 12: the evaluator exited 127",
    });
  });
});

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
