import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkDataset } from "../../../sdk/dataset/check.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A line that no check objects to. */
const good = (n: number): string =>
  JSON.stringify({
    messages: [
      { role: "user", content: `Question ${"abcdefghij".charAt(n % 10)}${n} about parcels` },
      { role: "assistant", content: `answer ${n}` },
    ],
  });

const chat = (...turns: [role: string, content: unknown][]): string =>
  JSON.stringify({ messages: turns.map(([role, content]) => ({ role, content })) });

const FIXES: Record<string, string> = {
  EmptyFile: 'write one JSON object a line, such as {"messages": [...]}',
  NotJsonLines: "turn it into JSON lines: `jq -c '.[]' data.json > data.jsonl`",
  ByteOrderMark: "nothing to do: it was skipped; save as UTF-8 without BOM to silence this",
  CarriageReturns: "nothing to do: the CR was skipped; save with LF line ends to silence this",
  BlankLines: "nothing to do: they were skipped; remove them to silence this",
  BrokenJson: "write each row as one complete JSON object on one line",
  NotUtf8: "save the file as UTF-8: `iconv -f WINDOWS-1252 -t UTF-8 data.jsonl > utf8.jsonl`",
  LineTooLong: "put every row on a line of its own and shorten the text",
  NotAnObject: 'write each row as an object, such as {"messages": [...]}',
  UnknownFormat:
    "use the keys messages; prompt and completion; instruction and output; or conversations",
  MixedFormat: "keep to one shape a file",
  MessagesInvalid: 'write a list of {"role": ..., "content": ...} objects',
  RoleUnknown: "use the roles system, user and assistant",
  ContentNotText: "write the content as one string",
  MessageEmpty: "fill the turn or remove the row",
  PromptMissing: "put a user turn before the answer",
  RolesNotAlternating:
    "order the turns as system (at most one, first), then user, assistant, user, assistant",
  AnswerMissing: "end every row with the answer to be learned",
  ExtraKeys: "remove them, or name one of them as group key",
  SystemEmpty: "write the instruction or remove the turn; it was left out",
  IdRepeated: "give every row an id of its own; the content digest was used instead",
  GroupMissing:
    "fill the group key in every row, or its relatives may land on both sides of the split",
};

type Case = [what: string, file: string | Buffer, code: string, lines: number[], said: string];

const second = (line: string): string => `${good(1)}\n${line}\n${good(2)}\n`;

const cases: Case[] = [
  ["an empty file", "", "EmptyFile", [], "no row"],
  ["a file of one line feed", "\n", "EmptyFile", [], "no row"],
  ["a BOM alone", "\ufeff", "EmptyFile", [], "no row"],
  ["a BOM before a row", `\ufeff${good(1)}\n`, "ByteOrderMark", [1], "first on line 1"],
  ["CR LF line ends", `${good(1)}\r\n${good(2)}\r\n`, "CarriageReturns", [1, 2], "first on line 1"],
  ["a blank line", `${good(1)}\n\n${good(2)}\n`, "BlankLines", [2], "first on line 2"],
  ["a line of spaces", second("   \t"), "BlankLines", [2], "first on line 2"],
  ["a pretty-printed array", '[\n  {"messages": []}\n]\n', "NotJsonLines", [1], "line 1"],
  ["an array on one line", `[${good(1)},${good(2)}]`, "NotJsonLines", [1], "line 1"],
  ["a truncated line", second(good(3).slice(0, -5)), "BrokenJson", [2], "line 2: "],
  ["two objects on a line", second(good(3) + good(4)), "BrokenJson", [2], "line 2: "],
  ["single quotes", second("{'messages': []}"), "BrokenJson", [2], "line 2: "],
  ["NUL bytes", second("\0\0\0"), "BrokenJson", [2], "line 2: "],
  ["a file cut off in its last line", `${good(1)}\n{"messages": [`, "BrokenJson", [2], "line 2: "],
  [
    "Latin-1 bytes",
    Buffer.concat([Buffer.from(`${good(1)}\n`), Buffer.from(chat(["user", "Grüße"]), "latin1")]),
    "NotUtf8",
    [2],
    "bytes",
  ],
  ["a UTF-16 file", Buffer.from(`${good(1)}\n`, "utf16le"), "BrokenJson", [1, 2], "line 1"],
  ["null", second("null"), "NotAnObject", [2], "line 2: found null"],
  ["a number", second("42"), "NotAnObject", [2], "line 2: found number"],
  ["a text", second('"hello"'), "NotAnObject", [2], "line 2: found string"],
  ["an array in the middle", second("[1]"), "NotAnObject", [2], "line 2: found an array"],
  ["other keys", second('{"text": "x"}'), "UnknownFormat", [2], 'line 2: found the keys "text"'],
  ["no key", second("{}"), "UnknownFormat", [2], "line 2: found the keys none"],
  [
    "another shape",
    second('{"prompt": "x", "completion": "y"}'),
    "MixedFormat",
    [2],
    "line 2: a prompt-completion row in a messages file",
  ],
  [
    "messages that are a text",
    second('{"messages": "hi"}'),
    "MessagesInvalid",
    [2],
    'line 2: "messages" is no list',
  ],
  [
    "no message",
    second('{"messages": []}'),
    "MessagesInvalid",
    [2],
    'line 2: "messages" is no list',
  ],
  ["turns that are texts", second('{"messages": ["hi"]}'), "MessagesInvalid", [2], "line 2"],
  [
    "a tool's turn",
    second(chat(["user", "x"], ["tool", "y"], ["assistant", "z"])),
    "RoleUnknown",
    [2],
    'line 2: messages[1] has the role "tool"',
  ],
  [
    "a turn without role",
    second('{"messages": [{"content": "x"}]}'),
    "RoleUnknown",
    [2],
    "line 2: messages[0] has no role",
  ],
  ["an inherited name as role", second(chat(["constructor", "x"])), "RoleUnknown", [2], "line 2"],
  [
    "content that is null",
    second(chat(["user", "x"], ["assistant", null])),
    "ContentNotText",
    [2],
    "line 2: messages[1].content is no text",
  ],
  [
    "content in parts",
    second(chat(["user", [{ type: "text", text: "x" }]], ["assistant", "y"])),
    "ContentNotText",
    [2],
    "line 2: messages[0].content is no text",
  ],
  [
    "half of a surrogate pair",
    second(chat(["user", "\ud800"], ["assistant", "y"])),
    "ContentNotText",
    [2],
    "line 2: turn 1 holds half",
  ],
  [
    "a question without answer",
    second(chat(["user", "x"])),
    "AnswerMissing",
    [2],
    "line 2: the last turn is the user's",
  ],
  [
    "a system turn alone",
    second(chat(["system", "x"])),
    "AnswerMissing",
    [2],
    "line 2: the last turn is the system's",
  ],
  ["an answer without question", second(chat(["assistant", "x"])), "PromptMissing", [2], "line 2"],
  [
    "an empty question",
    second(chat(["user", " "], ["assistant", "y"])),
    "MessageEmpty",
    [2],
    "line 2: turn 1 (user) is empty",
  ],
  [
    "an empty answer",
    second(chat(["user", "x"], ["assistant", ""])),
    "MessageEmpty",
    [2],
    "line 2: turn 2 (assistant) is empty",
  ],
  [
    "two questions in a row",
    second(chat(["user", "x"], ["user", "y"], ["assistant", "z"])),
    "RolesNotAlternating",
    [2],
    "line 2: turn 2 is the user's",
  ],
  [
    "a late system turn",
    second(chat(["user", "x"], ["system", "y"], ["assistant", "z"])),
    "RolesNotAlternating",
    [2],
    "line 2: turn 2 is the system's",
  ],
  ["a key too many", second(good(3).replace("{", '{"weight": 1, ')), "ExtraKeys", [2], "weight"],
  [
    "an empty system turn",
    second(chat(["system", ""], ["user", "x"], ["assistant", "y"])),
    "SystemEmpty",
    [2],
    "1 of 3 rows",
  ],
  [
    "an id used twice",
    `${good(1).replace("{", '{"id": 7, ')}\n${good(2).replace("{", '{"id": 7, ')}\n`,
    "IdRepeated",
    [2],
    "1 of 2 rows",
  ],
  [
    "a group missing",
    second(good(3).replace("{", '{"group": "a", ')),
    "GroupMissing",
    [1, 3],
    "2 of 3 rows",
  ],
  [
    "a prompt that is a number",
    '{"prompt": 5, "completion": "y"}\n',
    "ContentNotText",
    [1],
    'line 1: "prompt" is no text',
  ],
  [
    "Alpaca without a question",
    '{"instruction": "", "output": "y"}\n',
    "MessageEmpty",
    [1],
    "line 1: turn 1 (user) is empty",
  ],
  [
    "Alpaca with a list as input",
    '{"instruction": "x", "input": [], "output": "y"}\n',
    "ContentNotText",
    [1],
    'line 1: "input" is no text',
  ],
  [
    "ShareGPT that ends with the human",
    '{"conversations": [{"from": "human", "value": "x"}]}\n',
    "AnswerMissing",
    [1],
    "line 1: the last turn is the user's",
  ],
];

describe("malformed files", () => {
  it.each(cases)("%s", async (_, content, code, lines, said) => {
    const file = join(temporaryFolder(), "data.jsonl");
    writeFileSync(file, content);
    const { report } = await checkDataset({ file });
    const found = report.findings.find((finding) => finding.code === code);
    expect(found).toMatchObject({ code, lines, fix: FIXES[code] });
    expect(found?.message).toContain(said);
    expect(report.findings[0]?.severity).toBe("blocking"); // none of these is enough to train on
  });

  it("a line of 100 MB between two rows, without holding it", async () => {
    const file = join(temporaryFolder(), "data.jsonl");
    writeFileSync(file, `${good(1)}\n`);
    truncateSync(file, 100e6);
    appendFileSync(file, `\n${good(2)}\n`);
    const { report } = await checkDataset({ file });
    expect(report).toMatchObject({ rows: 3, invalidRows: 1, usable: 2 });
    const found = report.findings.find(({ code }) => code === "LineTooLong");
    expect(found).toMatchObject({ lines: [2], fix: FIXES.LineTooLong, severity: "blocking" });
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(64e6);
  });

  it("a nesting too deep to parse is a broken line, not a crash", async () => {
    const file = join(temporaryFolder(), "data.jsonl");
    writeFileSync(file, second("[".repeat(1e6)));
    const { report } = await checkDataset({ file });
    expect(report.findings.find(({ code }) => code === "BrokenJson")?.lines).toEqual([2]);
  });

  it("a broken row in two hundred warns, one in a hundred blocks", async () => {
    const rows = (count: number): string =>
      Array.from({ length: count }, (_, n) => `${good(n)}\n`).join("");
    const severity = async (count: number) => {
      const file = join(temporaryFolder(), "data.jsonl");
      writeFileSync(file, `${rows(count)}oops\n`);
      const { report } = await checkDataset({ file });
      return report.findings.find(({ code }) => code === "BrokenJson")?.severity;
    };
    expect(await severity(199)).toBe("warning");
    expect(await severity(99)).toBe("blocking");
  });

  it("every row is counted: valid and invalid add up", async () => {
    const file = join(temporaryFolder(), "data.jsonl");
    writeFileSync(file, `${good(1)}\noops\n\n${good(2)}\nnull`);
    const { report } = await checkDataset({ file });
    expect(report).toMatchObject({ rows: 4, invalidRows: 2, usable: 2 });
  });
});

describe("files that cannot be read", () => {
  it.each([
    [
      "a missing file",
      "none.jsonl",
      "FileMissing",
      "check the path; it is taken from the folder that you are in",
    ],
    ["a folder", "", "FileIsFolder", "name the JSON-lines file inside it"],
  ])("%s", async (_, name, code, fix) => {
    const file = join(temporaryFolder(), name);
    await expect(checkDataset({ file })).rejects.toMatchObject({
      name: "InputError",
      code,
      fix,
      path: file,
    });
  });

  it("a file below a file", async () => {
    const file = join(temporaryFolder(), "data.jsonl");
    writeFileSync(file, good(1));
    await expect(checkDataset({ file: join(file, "x") })).rejects.toMatchObject({
      code: "FileUnreadable",
      fix: "check that you may read it, and that its disk is there",
    });
  });

  it("ratios that do not add up", async () => {
    await expect(
      checkDataset({ file: "x", ratios: { train: 0.8, validation: 0.1, test: 0.2 } }),
    ).rejects.toMatchObject({
      code: "RatiosWrong",
      fix: "write them as train/validation/test, such as 70/10/20",
    });
  });
});
