import type { AdviceAnswers } from "../core/spec/advice-answers.ts";
import type { GatePolicy } from "../core/spec/platform-config.ts";
import type { ReasonCode } from "../core/spec/reason-codes.ts";
import { formatPercent, formatUsd, type MicroUsd } from "../core/units.ts";

export type AdviceCode =
  | ReasonCode
  | "RetrievalFits"
  | "NothingAtStake"
  | "SavingUnknown"
  | "NoTestSet"
  | "QualityUnaudited"
  | "NeedFits"
  | "ValueAtStake"
  | "EnoughExamples";

/** One reason. `no` and `not-yet` decide; `caution` and `good` inform. */
export interface AdviceReason {
  code: AdviceCode;
  effect: "no" | "not-yet" | "caution" | "good";
  message: string;
}

/** One thing to do next, with the command that does it where there is one. */
export interface AdviceStep {
  what: string;
  command: string | null;
}

export interface Advice {
  verdict: "yes" | "not-yet" | "no";
  /** The answer in one sentence. */
  summary: string;
  reasons: AdviceReason[];
  nextSteps: AdviceStep[];
}

/** What one question contributes: its reason and, where something is to be done, the step. */
type Finding = AdviceReason & { step?: AdviceStep };
type Rule = (answers: AdviceAnswers, policy: GatePolicy) => Finding | Finding[] | undefined;

/**
 * Should we fine-tune at all? `no`: another tool fits, or nothing is at stake. `not-yet`: something must be there first.
 * `yes`: worth a plan; whether a run pays is for the gate, which knows its cost. Every threshold is the gate's own.
 */
export function advise(answers: AdviceAnswers, policy: GatePolicy): Advice {
  const findings = RULES.flatMap((rule) => rule(answers, policy) ?? []);
  const refusing = findings.filter(({ effect }) => effect === "no");
  const missing = findings.filter(({ effect }) => effect === "not-yet");
  const verdict = refusing.length > 0 ? "no" : missing.length > 0 ? "not-yet" : "yes";
  const deciding = refusing.length > 0 ? refusing : missing;
  return {
    verdict,
    summary: summary(verdict, deciding, answers, policy),
    reasons: findings.map(({ code, effect, message }) => ({ code, effect, message })),
    nextSteps: steps(verdict, deciding),
  };
}

/** In the order in which the work is done. */
const RULES: readonly Rule[] = [need, value, saving, change, measure, prompt, examples, quality];

function need({ need }: AdviceAnswers): Finding {
  switch (need) {
    case "changing-facts":
      return {
        code: "RetrievalFits",
        effect: "no",
        message: "facts that change belong in retrieval: weights keep the old ones",
        step: step("look the facts up when the question comes, and put them into the prompt"),
      };
    case "style-or-format":
      return {
        code: "NeedFits",
        effect: "good",
        message: "an adapter can fix a style or format; examples in the prompt often do too",
      };
    case "latency-or-cost":
      return {
        code: "NeedFits",
        effect: "good",
        message: "a small tuned model can replace a long prompt or a larger model",
      };
    case "domain":
      return {
        code: "NeedFits",
        effect: "good",
        message:
          "an adapter can learn how a stable domain speaks and decides, not facts to look up",
      };
    case "skill-from-examples":
      return {
        code: "NeedFits",
        effect: "good",
        message: "a skill that is easier to show than to describe is what examples can teach",
      };
  }
}

/**
 * Below this nothing is at stake: an hour of a person's work costs as much as a year of it. A judgement of this project, low
 * enough to refuse only what no run could pay for.
 */
const LEAST_AT_STAKE: MicroUsd = 1_000_000;

function value(answers: AdviceAnswers): Finding | Finding[] {
  const { requestsPerMonth, valuePerCorrectAnswer, savingPerRequest } = answers;
  const correct = requestsPerMonth * valuePerCorrectAnswer;
  const saved = requestsPerMonth * savingPerRequest;
  if (correct + saved >= LEAST_AT_STAKE) {
    const atStake = (most: MicroUsd, when: string): Finding[] =>
      most > 0
        ? [
            {
              code: "ValueAtStake",
              effect: "good",
              message: `at stake is at most ${formatUsd(most)} a month ${when}`,
            },
          ]
        : [];
    return [
      ...atStake(correct, "if every answer became right"),
      ...atStake(saved, "of savings, if the adapter took every request"),
    ];
  }
  if (correct + saved > 0) {
    return {
      code: "NothingAtStake",
      effect: "no",
      message: `only ${formatUsd(correct + saved)} a month is at stake at best; below ${formatUsd(LEAST_AT_STAKE)} no run can pay`,
      step: step("leave the task as it is, or find one with more requests or a higher value"),
    };
  }
  return {
    code: "NothingAtStake",
    effect: "no",
    message: "no volume and value are written down, so no gain can pay for a run",
    step: step("agree with the owner on the requests a month and what a correct answer is worth"),
  };
}

function saving({ need, savingPerRequest }: AdviceAnswers): Finding | undefined {
  if (need !== "latency-or-cost" || savingPerRequest > 0) return undefined;
  return {
    code: "SavingUnknown",
    effect: "not-yet",
    message: "the need is latency or cost, but what a request would save is not known",
    step: step("measure what a request costs today and with a small model"),
  };
}

/** An adapter that is out of date before the evidence for it is has no time to pay. */
function change({ changesPerYear }: AdviceAnswers, policy: GatePolicy): Finding | undefined {
  const daysBetween = 365 / changesPerYear;
  if (daysBetween >= policy.baselineMaxAgeDays) return undefined;
  return {
    code: "TaskChangesTooOften",
    effect: "no",
    message: `the task changes every ${days(daysBetween)}, and evidence is good for ${days(policy.baselineMaxAgeDays)}`,
    step: step("keep the task in the prompt, where a change takes minutes, until it is stable"),
  };
}

function measure({ testSet }: AdviceAnswers): Finding | undefined {
  if (testSet) return undefined;
  return {
    code: "NoTestSet",
    effect: "not-yet",
    message: "there is no test set, so nobody could tell whether an adapter is better",
    step: step(
      "collect inputs with their right answers; the check freezes a test split",
      "tunekit check examples.jsonl",
    ),
  };
}

function prompt(
  { promptsTried, fewShotTried }: AdviceAnswers,
  { minPromptsTried }: GatePolicy,
): Finding | undefined {
  if (promptsTried >= minPromptsTried && fewShotTried) return undefined;
  const variants = `${minPromptsTried} or more prompts, some with examples in them`;
  return {
    code: promptsTried === 0 ? "PromptBaselineMissing" : "PromptBaselineWeak",
    effect: "not-yet",
    message:
      promptsTried === 0
        ? "no prompt has been tried"
        : promptsTried < minPromptsTried
          ? `only ${promptsTried} of at least ${minPromptsTried} prompts ${promptsTried === 1 ? "was" : "were"} tried`
          : "no prompt with examples in it was tried",
    step: step(
      `write ${variants}, and score them`,
      "tunekit baseline job.yaml --prompts prompts.yaml",
    ),
  };
}

function examples(
  { goodExamples }: AdviceAnswers,
  { minExamples, pilotExamples, typicalExamples }: GatePolicy,
): Finding {
  if (goodExamples < minExamples) {
    return {
      code: "TooFewExamples",
      effect: "not-yet",
      message: `${goodExamples} good examples are too few: the gate refuses fewer than ${minExamples}`,
      step: step(
        `collect at least ${minExamples} good examples for a pilot, better ${typicalExamples}`,
        "tunekit check examples.jsonl",
      ),
    };
  }
  if (goodExamples >= typicalExamples) {
    return {
      code: "EnoughExamples",
      effect: "good",
      message: `${goodExamples} good examples are enough for a full run`,
    };
  }
  return {
    code: "FewExamples",
    effect: "caution",
    message:
      goodExamples < pilotExamples
        ? `${goodExamples} good examples are enough for a pilot only (full run: ${pilotExamples})`
        : `${goodExamples} good examples will do; ${typicalExamples} or more are typical`,
  };
}

function quality(
  { auditedCorrect }: AdviceAnswers,
  { minAuditedQuality }: GatePolicy,
): Finding | undefined {
  if (auditedCorrect === null) {
    return {
      code: "QualityUnaudited",
      effect: "caution",
      message: "nobody has read a sample of the labels again; quality counts more than volume",
    };
  }
  if (auditedCorrect >= minAuditedQuality) return undefined;
  return {
    code: "DataQuality",
    effect: "not-yet",
    message: `${formatPercent(auditedCorrect)} of the audited labels are right, and ${formatPercent(minAuditedQuality)} is the least`,
    step: step("correct or drop bad examples: a small clean set beats a large dirty one"),
  };
}

function summary(
  verdict: Advice["verdict"],
  deciding: readonly Finding[],
  { goodExamples }: AdviceAnswers,
  { pilotExamples }: GatePolicy,
): string {
  const [first, ...more] = deciding;
  if (first) {
    const others = more.length === 0 ? "" : ` (and ${more.length} more below)`;
    return `${verdict === "no" ? "No" : "Not yet"}: ${first.message}${others}.`;
  }
  return goodExamples < pilotExamples
    ? "Yes, as a pilot: the need fits, the prompt is optimised, the examples allow a small run."
    : "Yes: the need fits, the prompt is optimised and the examples are there.";
}

const START: readonly AdviceStep[] = [
  step("write the platform and the job file", "tunekit init"),
  step("check the examples and freeze the split", "tunekit check examples.jsonl"),
  step("score the prompts on that split", "tunekit baseline job.yaml --prompts prompts.yaml"),
  step("see what the run needs, costs and is expected to gain", "tunekit plan job.yaml"),
];

function steps(verdict: Advice["verdict"], deciding: readonly Finding[]): AdviceStep[] {
  if (verdict === "yes") return [...START];
  const todo = deciding.flatMap((finding) => finding.step ?? []);
  return verdict === "no" ? todo : [...todo, step("then ask again", "tunekit advise")];
}

function step(what: string, command: string | null = null): AdviceStep {
  return { what, command };
}

const days = (count: number): string => (count < 1.5 ? "day" : `${Math.round(count)} days`);
