import { type Problem, SpecError } from "../core/errors.ts";
import { type AdviceAnswers, PartialAdviceAnswers } from "../core/spec/advice-answers.ts";
import { parseSpec } from "../core/spec/parse.ts";

type Key = keyof AdviceAnswers;

/** One question: the same words on a terminal, in the help of its flag, and when its answer is missing. */
export interface Question {
  key: Key;
  flag: string;
  /** Placeholder of the flag's value; null for a yes-or-no flag. */
  value: string | null;
  ask: string;
  /** What one may type or choose. */
  hint: string;
  options?: readonly { value: string; label: string }[];
}

export const QUESTIONS: readonly Question[] = [
  {
    key: "need",
    flag: "need",
    value: "need",
    ask: "What do you need from the model?",
    hint: "style-or-format, latency-or-cost, domain, skill-from-examples or changing-facts",
    options: [
      { value: "style-or-format", label: "a style or an output format, every time" },
      { value: "latency-or-cost", label: "faster or cheaper answers than today" },
      { value: "domain", label: "the language and judgement of a stable domain" },
      { value: "skill-from-examples", label: "a skill that many examples show best" },
      { value: "changing-facts", label: "facts that change (prices, stock, policies)" },
    ],
  },
  {
    key: "requestsPerMonth",
    flag: "requests-per-month",
    value: "count",
    ask: "How many requests a month?",
    hint: "a whole number, such as 20000",
  },
  {
    key: "valuePerCorrectAnswer",
    flag: "value",
    value: "amount",
    ask: "What is one more correct answer worth?",
    hint: 'USD, such as "0.05 USD"; 0 when the case stands on savings alone',
  },
  {
    key: "savingPerRequest",
    flag: "saving",
    value: "amount",
    ask: "What does a small tuned model save on each request?",
    hint: "USD; 0 when it saves nothing",
  },
  {
    key: "changesPerYear",
    flag: "changes-per-year",
    value: "count",
    ask: "How often a year does the task change so much that a retrain is due?",
    hint: "a number, such as 1",
  },
  {
    key: "testSet",
    flag: "test-set",
    value: null,
    ask: "Is there a test set on which an answer is right or wrong?",
    hint: "yes or no",
  },
  {
    key: "promptsTried",
    flag: "prompts-tried",
    value: "count",
    ask: "How many different prompts have been tried and scored?",
    hint: "a whole number; 0 for none",
  },
  {
    key: "fewShotTried",
    flag: "few-shot-tried",
    value: null,
    ask: "Did one of them hold worked examples?",
    hint: "yes or no",
  },
  {
    key: "goodExamples",
    flag: "good-examples",
    value: "count",
    ask: "How many good examples are there?",
    hint: "a whole number: examples that you would show to a new colleague",
  },
  {
    key: "auditedCorrect",
    flag: "audited-correct",
    value: "share",
    ask: "Which share of a sample of labels did a second reader find right?",
    hint: 'between 0 and 1, or "none" when nobody read them again',
  },
];

/** Strict answers out of flags or typed text, where numbers are still text. @throws SpecError */
export function readAnswers(typed: Readonly<Record<string, unknown>>): PartialAdviceAnswers {
  const values = Object.entries(typed).map(([key, value]) => [key, plain(key, value)]);
  return parseSpec(PartialAdviceAnswers, Object.fromEntries(values));
}

function plain(key: string, value: unknown): unknown {
  if (key === "auditedCorrect" && value === "none") return null;
  const isNumber = typeof value === "string" && value.trim() !== "" && Number.isFinite(+value);
  return isNumber ? Number(value) : value;
}

export const unanswered = (answers: PartialAdviceAnswers): readonly Question[] =>
  QUESTIONS.filter(({ key }) => answers[key] === undefined);

const isComplete = (answers: PartialAdviceAnswers): answers is AdviceAnswers =>
  unanswered(answers).length === 0;

/**
 * All answers; no saving unless one is given.
 * @throws SpecError that lists every question without an answer.
 */
export function completeAnswers(partial: PartialAdviceAnswers): AdviceAnswers {
  const answers = { savingPerRequest: 0, ...partial };
  if (isComplete(answers)) return answers;
  const problems = unanswered(answers).map(
    ({ key, flag, value, ask, hint }): Problem => ({
      code: "MissingAnswer",
      path: key,
      message: `${key} is not answered: ${ask}`,
      fix: `add --${flag}${value ? ` <${value}>` : ` or --no-${flag}`} (${hint}), or ${key} to the answers file`,
    }),
  );
  throw new SpecError(problems as [Problem, ...Problem[]]);
}
