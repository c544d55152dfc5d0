import type { Message, ReadinessReport } from "../spec/dataset.ts";
import { ROLES } from "../spec/dataset.ts";
import type { FindingCode } from "./finding-codes.ts";

export type DatasetFormat = ReadinessReport["format"];

/** A row as a chat, whatever shape it was written in. */
export interface ParsedRow {
  format: DatasetFormat;
  messages: Message[];
  /** The whole object, for its id and group key. */
  record: Record<string, unknown>;
  /** An empty system turn was left out: trainers refuse it. */
  emptySystem: boolean;
  /** Keys that the format does not know, top level and in turns. */
  extraKeys: string[];
}

/** Why a row cannot be used. `detail` completes "line 7: …". */
export interface RowFault {
  code: FindingCode;
  detail: string;
}

export const isFault = (value: object): value is RowFault => "code" in value;

interface Shape {
  /** Keys that must all be there for the row to have this shape. */
  needs: readonly string[];
  may: readonly string[];
  toMessages(record: Record<string, unknown>): Turns | RowFault;
}

interface Turns {
  messages: Message[];
  extraKeys: string[];
}

const HUMAN_ROLES: Record<string, Message["role"]> = {
  human: "user",
  gpt: "assistant",
  ...Object.fromEntries(ROLES.map((role) => [role, role])),
};

/** In the order in which they are tried. */
const SHAPES: Record<DatasetFormat, Shape> = {
  messages: {
    needs: ["messages"],
    may: [],
    toMessages: ({ messages }) => turns(messages, "messages", "role", "content"),
  },
  sharegpt: {
    needs: ["conversations"],
    may: ["system"],
    toMessages({ conversations, system }) {
      const chat = turns(conversations, "conversations", "from", "value");
      if (isFault(chat) || system === undefined) return chat;
      return join(text(system, "system", "system"), chat);
    },
  },
  "prompt-completion": {
    needs: ["prompt", "completion"],
    may: [],
    toMessages: ({ prompt, completion }) =>
      join(
        Array.isArray(prompt)
          ? turns(prompt, "prompt", "role", "content")
          : text(prompt, "prompt", "user"),
        Array.isArray(completion)
          ? turns(completion, "completion", "role", "content")
          : text(completion, "completion", "assistant"),
      ),
  },
  alpaca: {
    needs: ["instruction", "output"],
    may: ["input", "system"],
    toMessages({ instruction, input, output, system }) {
      const asked = text(instruction, "instruction", "user");
      const given = input === undefined ? undefined : text(input, "input", "user");
      if (isFault(asked)) return asked;
      if (given && isFault(given)) return given;
      const question = [asked, ...(given ? [given] : [])]
        .flatMap(({ messages }) => messages.map(({ content }) => content))
        .filter((part) => part !== "")
        .join("\n\n");
      const chat = join(text(question, "instruction", "user"), text(output, "output", "assistant"));
      return system === undefined || system === ""
        ? chat
        : join(text(system, "system", "system"), chat);
    },
  },
};

/**
 * One line of the file as a chat: messages; ShareGPT `conversations`; prompt and completion, as texts or as lists of
 * messages; Alpaca `instruction`, `input`, `output` (instruction and input joined by an empty line, no template added).
 *
 * @param format the format of the rows before; undefined for the first one.
 */
export function parseRow(line: string, format: DatasetFormat | undefined): ParsedRow | RowFault {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch (error) {
    return { code: "BrokenJson", detail: (error as Error).message };
  }
  if (!isRecord(record)) {
    const found = record === null ? "null" : Array.isArray(record) ? "an array" : typeof record;
    return { code: "NotAnObject", detail: `found ${found}` };
  }
  const found = (Object.keys(SHAPES) as DatasetFormat[]).find((name) =>
    SHAPES[name].needs.every((key) => key in (record as object)),
  );
  if (!found) return { code: "UnknownFormat", detail: `found the keys ${quoted(record)}` };
  if (format && found !== format) {
    return { code: "MixedFormat", detail: `a ${found} row in a ${format} file` };
  }
  const { needs, may, toMessages } = SHAPES[found];
  const chat = toMessages(record);
  if (isFault(chat)) return chat;
  const emptySystem = chat.messages[0]?.role === "system" && chat.messages[0].content.trim() === "";
  const messages = emptySystem ? chat.messages.slice(1) : chat.messages;
  const fault = faultOfOrder(messages) ?? faultOfText(messages);
  if (fault) return fault;
  const known = [...needs, ...may, "id"];
  const extraKeys = Object.keys(record).filter((key) => !known.includes(key));
  return {
    format: found,
    messages,
    record,
    emptySystem,
    extraKeys: [...extraKeys, ...chat.extraKeys],
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Keys for a message: at most eight, each cut at forty characters. */
const quoted = (record: Record<string, unknown>): string =>
  Object.keys(record)
    .slice(0, 8)
    .map((key) => JSON.stringify(key.slice(0, 40)))
    .join(", ") || "none";

function text(value: unknown, key: string, role: Message["role"]): Turns | RowFault {
  return typeof value === "string"
    ? { messages: [{ role, content: value }], extraKeys: [] }
    : { code: "ContentNotText", detail: `"${key}" is no text` };
}

function join(first: Turns | RowFault, second: Turns | RowFault): Turns | RowFault {
  if (isFault(first)) return first;
  if (isFault(second)) return second;
  return {
    messages: [...first.messages, ...second.messages],
    extraKeys: [...first.extraKeys, ...second.extraKeys],
  };
}

function turns(list: unknown, key: string, roleKey: string, textKey: string): Turns | RowFault {
  if (!Array.isArray(list) || list.length === 0 || !list.every(isRecord)) {
    return { code: "MessagesInvalid", detail: `"${key}" is no list of objects` };
  }
  const messages: Message[] = [];
  const extraKeys = new Set<string>();
  for (const [at, turn] of list.entries()) {
    const where = `${key}[${at}]`;
    const role = turn[roleKey];
    const named =
      typeof role === "string" && Object.hasOwn(HUMAN_ROLES, role) ? HUMAN_ROLES[role] : undefined;
    if (!named) {
      const shown =
        role === undefined ? "no role" : `the role ${JSON.stringify(role)?.slice(0, 40)}`;
      return { code: "RoleUnknown", detail: `${where} has ${shown}` };
    }
    const content = turn[textKey];
    if (typeof content !== "string") {
      return { code: "ContentNotText", detail: `${where}.${textKey} is no text` };
    }
    messages.push({ role: named, content });
    for (const extra of Object.keys(turn)) {
      if (extra !== roleKey && extra !== textKey) extraKeys.add(`${key}[].${extra}`);
    }
  }
  return { messages, extraKeys: [...extraKeys] };
}

/** What chat templates and trainers insist on: [system], user, assistant, …, assistant; nothing empty but the system. */
function faultOfOrder(messages: readonly Message[]): RowFault | undefined {
  const last = messages.at(-1);
  if (last?.role !== "assistant") {
    return {
      code: "AnswerMissing",
      detail: `the last turn is ${last ? `the ${last.role}'s` : "missing"}`,
    };
  }
  const talk = messages[0]?.role === "system" ? messages.slice(1) : messages;
  if (!talk.some(({ role }) => role === "user")) {
    return { code: "PromptMissing", detail: "there is no user turn" };
  }
  const wrong = talk.findIndex(({ role }, at) => role !== (at % 2 === 0 ? "user" : "assistant"));
  if (wrong >= 0) {
    return {
      code: "RolesNotAlternating",
      detail: `turn ${wrong + 1 + messages.length - talk.length} is the ${talk[wrong]?.role}'s`,
    };
  }
  const empty = talk.findIndex(({ content }) => content.trim() === "");
  if (empty >= 0) {
    return {
      code: "MessageEmpty",
      detail: `turn ${empty + 1 + messages.length - talk.length} (${talk[empty]?.role}) is empty`,
    };
  }
  return undefined;
}

/** Half a surrogate pair is JSON but no UTF-8: it cannot be written, and tokenizers stop at it. */
function faultOfText(messages: readonly Message[]): RowFault | undefined {
  const broken = messages.findIndex(({ content }) => !content.isWellFormed());
  return broken < 0
    ? undefined
    : { code: "ContentNotText", detail: `turn ${broken + 1} holds half of a surrogate pair` };
}
