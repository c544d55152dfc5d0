import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Message } from "../../../core/spec/dataset.ts";
import { loadTokenizer } from "../../../sdk/dataset/tokenizer.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const tiny = join(import.meta.dirname, "../../golden/tiny-tokenizer");

const chat = (...contents: string[]): Message[] =>
  contents.map((content, at) => ({ role: at % 2 === 0 ? "user" : "assistant", content }));

/** Lengths that transformers 5.23.0 gives in Python for this tokenizer: `apply_chat_template(messages)` and the same without the answer. */
const golden: [messages: Message[], total: number, prompt: number][] = [
  [chat("My printer shows a paper jam, but there is none.", '{"category":"hardware"}'), 41, 31],
  [
    [
      { role: "system", content: "Answer in JSON." },
      ...chat(
        "Order 4711 never arrived.\n\nPlease help!",
        '{"category":"delivery","priority":"high"}',
      ),
    ],
    56,
    42,
  ],
  [chat("Grüße aus Köln — schön, oder? 你好 🎉", "ok"), 47, 45],
  [chat("One", "Two", "  Three   spaces\tand tabs ", "  Four  "), 43, 35],
  [chat("a", "b"), 6, 4],
];

/** A copy of the tiny tokenizer's folder to break. */
function copy(): string {
  const folder = temporaryFolder();
  cpSync(tiny, folder, { recursive: true });
  return folder;
}

describe("loadTokenizer", () => {
  it.each(golden)("counts as Python does: %j", async (messages, total, prompt) => {
    const counted = (await loadTokenizer(tiny)).count(messages);
    if ("refused" in counted) throw new Error(counted.refused);
    expect([counted.total, counted.prompt()]).toEqual([total, prompt]);
  });

  it("says why a template refuses a chat", async () => {
    const folder = copy();
    writeFileSync(
      join(folder, "chat_template.jinja"),
      "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system turn please') }}{% endif %}x",
    );
    const counter = await loadTokenizer(folder, "strict-model");
    expect(counter.name).toBe("strict-model");
    expect(counter.count([{ role: "system", content: "x" }, ...chat("a", "b")])).toEqual({
      refused: "no system turn please",
    });
  });

  it("takes the template from the configuration when it has no file of its own", async () => {
    const folder = copy();
    rmSync(join(folder, "chat_template.jinja"));
    writeFileSync(
      join(folder, "tokenizer_config.json"),
      JSON.stringify({ eos_token: { content: "<|end|>" }, chat_template: "{{ eos_token }}" }),
    );
    expect((await loadTokenizer(folder)).count(chat("a", "b"))).toMatchObject({ total: 1 });
  });

  it.each([
    [
      "a missing file",
      (folder: string) => rmSync(join(folder, "tokenizer.json")),
      "TokenizerMissing",
      "name a folder with the base model's tokenizer.json and tokenizer_config.json",
    ],
    [
      "broken JSON",
      (folder: string) => writeFileSync(join(folder, "tokenizer.json"), "{"),
      "TokenizerBroken",
      "download the base model's tokenizer files again",
    ],
    [
      "JSON that is no tokenizer",
      (folder: string) => writeFileSync(join(folder, "tokenizer.json"), "{}"),
      "TokenizerBroken",
      "download the base model's tokenizer files again",
    ],
    [
      "a configuration of other types",
      (folder: string) => writeFileSync(join(folder, "tokenizer_config.json"), '{"eos_token": 3}'),
      "TokenizerBroken",
      "download the base model's tokenizer files again",
    ],
    [
      "a broken template",
      (folder: string) => writeFileSync(join(folder, "chat_template.jinja"), "{% for %}"),
      "TokenizerBroken",
      "download the base model's tokenizer files again",
    ],
    [
      "no template",
      (folder: string) => rmSync(join(folder, "chat_template.jinja")),
      "ChatTemplateMissing",
      "take a base model that is made for chats, or add chat_template.jinja to the folder",
    ],
  ])("refuses %s", async (_, spoil, code, fix) => {
    const folder = copy();
    spoil(folder);
    await expect(loadTokenizer(folder)).rejects.toMatchObject({ name: "InputError", code, fix });
  });
});
