import type { Readable, Writable } from "node:stream";
import { confirm, isCancel, select, text } from "@clack/prompts";
import { SpecError } from "../core/errors.ts";
import type { PartialAdviceAnswers } from "../core/spec/advice-answers.ts";
import { type Question, readAnswers, unanswered } from "./advice-questions.ts";

interface Terminal {
  /** @default standard input */
  input?: Readable;
  /** @default standard output */
  output?: Writable;
  signal?: AbortSignal;
}

/** Asks what is not answered yet, one question at a time. Undefined when the user stops. */
export async function askAdvice(
  answered: PartialAdviceAnswers,
  terminal: Terminal = {},
): Promise<PartialAdviceAnswers | undefined> {
  let answers = answered;
  for (const question of unanswered(answered)) {
    const answer = await ask(question, terminal);
    if (isCancel(answer)) return undefined;
    answers = { ...answers, ...readAnswers({ [question.key]: answer }) };
  }
  return answers;
}

function ask({ key, ask: message, hint, value, options }: Question, terminal: Terminal) {
  if (options) return select({ message, options: [...options], ...terminal });
  if (value === null) return confirm({ message, initialValue: false, ...terminal });
  return text({
    message: `${message} (${hint})`,
    validate: (typed) => faultOf({ [key]: typed ?? "" }),
    ...terminal,
  });
}

function faultOf(typed: Readonly<Record<string, unknown>>): string | undefined {
  try {
    readAnswers(typed);
    return undefined;
  } catch (error) {
    if (error instanceof SpecError) return `${error.message}: ${error.fix}`;
    throw error;
  }
}
