import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAnswers } from "../../../sdk/local/predictions-file.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const line = (arm: string, id: string, output = "yes") =>
  JSON.stringify({
    id,
    arm,
    output,
    promptTokens: 1,
    outputTokens: 1,
    latencyMs: 1,
    finishReason: "stop",
  });

describe("readAnswers", () => {
  it("of a file that is not there yet is none", () => {
    expect(readAnswers(join(temporaryFolder(), "none"))).toEqual({ predictions: [], text: "" });
  });

  it("takes the first of two, and no line that was cut off", () => {
    const file = join(temporaryFolder(), "predictions.jsonl");
    const [a, b] = [line("base", "1"), line("other", "1")];
    const cutOff = line("base", "2").slice(0, 20);
    const lines = [a, line("base", "1", "no"), `${cutOff}${b}`, "12", "", '{"arm":"base"}', b];
    writeFileSync(file, `${lines.join("\n")}\n${line("base", "3")}`); // the last one may still be growing
    const { predictions, text } = readAnswers(file);
    expect(predictions.map(({ arm, id, output }) => [arm, id, output])).toEqual([
      ["base", "1", "yes"],
      ["other", "1", "yes"],
    ]);
    expect(text).toBe(`${a}\n${b}\n`);
  });
});
