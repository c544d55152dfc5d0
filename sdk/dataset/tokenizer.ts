import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Template } from "@huggingface/jinja";
import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import type { TokenCounter } from "../../core/dataset/checks/token-lengths.ts";
import { InputError } from "../../core/errors.ts";
import type { Message } from "../../core/spec/dataset.ts";

/** A special token, alone or as the record that transformers writes. */
const SpecialToken = z.union([z.string(), z.object({ content: z.string() })]).nullish();

const TokenizerConfig = z.looseObject({
  chat_template: z.unknown().optional(),
  bos_token: SpecialToken,
  eos_token: SpecialToken,
  pad_token: SpecialToken,
  unk_token: SpecialToken,
});

/**
 * The base model's own tokenizer and chat template, from a folder in the form that transformers saves: `tokenizer.json`,
 * `tokenizer_config.json`, and the template in `chat_template.jinja` or in the configuration. Counts are those of
 * `apply_chat_template(messages)` in Python.
 *
 * @param name for the report. @default the folder
 * @throws InputError `TokenizerMissing`, `TokenizerBroken`, `ChatTemplateMissing`.
 */
export async function loadTokenizer(folder: string, name = folder): Promise<TokenCounter> {
  const tokenizerJson = await readJson(folder, "tokenizer.json");
  const configJson = await readJson(folder, "tokenizer_config.json");
  const config = TokenizerConfig.safeParse(configJson);
  if (!config.success) throw broken(folder, "tokenizer_config.json", config.error);
  let tokenizer: Tokenizer;
  let template: Template;
  try {
    tokenizer = new Tokenizer(tokenizerJson as object, configJson as object);
  } catch (cause) {
    throw broken(folder, "tokenizer.json", cause);
  }
  const source = await templateSource(folder, config.data.chat_template);
  try {
    template = new Template(source);
  } catch (cause) {
    throw broken(folder, "the chat template", cause);
  }
  const specialTokens = Object.fromEntries(
    (["bos_token", "eos_token", "pad_token", "unk_token"] as const).flatMap((key) => {
      const token = config.data[key];
      return token ? [[key, typeof token === "string" ? token : token.content]] : [];
    }),
  );
  const render = (messages: readonly Message[], add_generation_prompt: boolean): string =>
    template.render({ ...specialTokens, messages: [...messages], add_generation_prompt });
  const tokens = (text: string): number =>
    tokenizer.encode(text, { add_special_tokens: false }).ids.length;

  return {
    name,
    count(messages) {
      try {
        const total = tokens(render(messages, false));
        return { total, prompt: () => tokens(render(messages.slice(0, -1), true)) };
      } catch (error) {
        return { refused: (error as Error).message };
      }
    },
  };
}

async function templateSource(folder: string, inConfig: unknown): Promise<string> {
  const inFile = await readFile(join(folder, "chat_template.jinja"), "utf8").catch(() => undefined);
  const source = inFile ?? inConfig;
  if (typeof source === "string") return source;
  throw new InputError("ChatTemplateMissing", `${folder} has no chat template`, {
    fix: "take a base model that is made for chats, or add chat_template.jinja to the folder",
    path: folder,
  });
}

async function readJson(folder: string, file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(join(folder, file), "utf8");
  } catch (cause) {
    throw new InputError("TokenizerMissing", `there is no ${file} in ${folder}`, {
      fix: "name a folder with the base model's tokenizer.json and tokenizer_config.json",
      path: join(folder, file),
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw broken(folder, file, cause);
  }
}

const broken = (folder: string, what: string, cause: unknown): InputError =>
  new InputError("TokenizerBroken", `${what} in ${folder} cannot be used: ${reason(cause)}`, {
    fix: "download the base model's tokenizer files again",
    path: folder,
    cause,
  });

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
