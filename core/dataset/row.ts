import { type Digest, sha256 } from "../digest.ts";
import type { Message } from "../spec/dataset.ts";
import type { ParsedRow } from "./formats.ts";
import { plainText, wordsOf } from "./normalise.ts";

/** A valid row with what the checks look at, worked out once. */
export interface Row {
  /** From 1. */
  line: number;
  messages: readonly Message[];
  /** The row's own id, when it has one. */
  id: string | undefined;
  group: string | undefined;
  extraKeys: readonly string[];
  emptySystem: boolean;
  /** All contents, one after the other. */
  text: string;
  /** Digests of the plain forms of the answer (the last turn) and of everything before it. */
  answerKey: Digest;
  inputKey: Digest;
  /** The words that near-duplicates are judged by: the turns before the answer, without the system turn. */
  words: readonly string[];
  /** `contentDigest` of the messages: the row's identity. */
  digest: Digest;
}

/** sha256 over roles and contents as written: a row's identity. */
export const contentDigest = (messages: readonly Message[]): Digest =>
  sha256(JSON.stringify(messages.map(({ role, content }) => [role, content])));

/** A key's value as text, when it is one text or number. */
const keyText = (value: unknown): string | undefined =>
  (typeof value === "string" && value !== "") || typeof value === "number"
    ? String(value)
    : undefined;

/** @param groupKey top-level key whose value rows must share to be kept on one side of the split. */
export function describeRow(parsed: ParsedRow, line: number, groupKey: string): Row {
  const { messages, record } = parsed;
  const asked = messages.slice(0, -1);
  return {
    line,
    messages,
    id: keyText(record.id),
    group: keyText(record[groupKey]),
    extraKeys: parsed.extraKeys.filter((key) => key !== groupKey),
    emptySystem: parsed.emptySystem,
    text: messages.map(({ content }) => content).join("\n"),
    answerKey: sha256(plainText(messages.at(-1)?.content ?? "")),
    inputKey: sha256(asked.map(({ role, content }) => `${role}: ${plainText(content)}`).join("\n")),
    words: nearWords(messages),
    digest: contentDigest(messages),
  };
}

/**
 * The answer is left out, so that one input with two answers cannot stand on both sides of a split; the system turn is left
 * out because all rows usually share it, and would look alike by it. An input without any word is one word as a whole.
 */
export function nearWords(messages: readonly Message[]): string[] {
  const text = messages
    .slice(0, -1)
    .filter(({ role }) => role !== "system")
    .map(({ content }) => content)
    .join("\n");
  const words = wordsOf(text);
  return words.length > 0 ? words : [plainText(text)];
}
