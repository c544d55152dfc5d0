import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type PredictRequest, predict } from "../../../sdk/local/predict.ts";
import { EVALUATE_SCRIPT } from "../../../sdk/local/python.ts";
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
});
