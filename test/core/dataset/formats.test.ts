import { describe, expect, it } from "vitest";
import { isFault, type ParsedRow, parseRow } from "../../../core/dataset/formats.ts";

function parsed(record: unknown): ParsedRow {
  const row = parseRow(JSON.stringify(record), undefined);
  if (isFault(row)) throw new Error(`${row.code}: ${row.detail}`);
  return row;
}

const asked = { role: "user", content: "2 + 2?" };
const answered = { role: "assistant", content: "4" };

describe("parseRow", () => {
  it.each([
    ["messages", { messages: [asked, answered] }],
    ["prompt-completion", { prompt: "2 + 2?", completion: "4" }],
    ["prompt-completion", { prompt: [asked], completion: [answered] }],
    ["alpaca", { instruction: "2 + 2?", output: "4" }],
    ["alpaca", { instruction: "2 + 2?", input: "", output: "4" }],
    [
      "sharegpt",
      {
        conversations: [
          { from: "human", value: "2 + 2?" },
          { from: "gpt", value: "4" },
        ],
      },
    ],
  ])("reads %s as a chat", (format, record) => {
    expect(parsed(record)).toMatchObject({ format, messages: [asked, answered], extraKeys: [] });
  });

  it("puts an Alpaca input below its instruction, and a system text before both", () => {
    const row = parsed({ instruction: "Add.", input: "2, 2", output: "4", system: "Be brief." });
    expect(row.messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Add.\n\n2, 2" },
      answered,
    ]);
  });

  it("takes ShareGPT's system from either place", () => {
    const turns = [
      { from: "human", value: "2 + 2?" },
      { from: "gpt", value: "4" },
    ];
    const system = { role: "system", content: "Be brief." };
    const messages = [system, asked, answered];
    expect(parsed({ system: "Be brief.", conversations: turns }).messages).toEqual(messages);
    expect(
      parsed({ conversations: [{ from: "system", value: "Be brief." }, ...turns] }).messages,
    ).toEqual(messages);
  });

  it("keeps long talks and names every key without use", () => {
    const row = parsed({
      id: 1,
      source: "crm",
      messages: [asked, { ...answered, weight: 0 }, { ...asked, name: "mia" }, answered],
    });
    expect(row.messages).toEqual([asked, answered, asked, answered]);
    expect(row.extraKeys).toEqual(["source", "messages[].weight", "messages[].name"]);
  });

  it("leaves an empty system turn out", () => {
    const row = parsed({ messages: [{ role: "system", content: " " }, asked, answered] });
    expect(row).toMatchObject({ messages: [asked, answered], emptySystem: true });
  });
});
