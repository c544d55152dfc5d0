import type { Finding, ReadinessReport } from "../spec/dataset.ts";
import type { ArmScore, Comparison, EvaluationReport } from "../spec/evaluation-report.ts";
import { formatPercent } from "../units.ts";

/** Thresholds of the evaluation's findings, with their evidence in docs/evaluation.md. */
export const EVALUATION_THRESHOLDS = {
  /** Validation loss / training loss. */
  overfittingWarns: 1.5,
  overfittingBlocks: 3,
  /** Uses of one test split, this one included: above. */
  testUsesWarn: 3,
  testUsesBlock: 10,
  /** Training seeds needed to tell a gain from luck. */
  trainingSeeds: 3,
} as const;

export interface TrainingFacts {
  /** Losses of the checkpoint at the end; null when the trainer reported none. */
  trainLoss: number | null;
  validationLoss: number | null;
  /** Whether the best checkpoint by validation loss was published, and not simply the last. */
  bestCheckpointKept: boolean;
}

export interface FindingFacts {
  training: TrainingFacts;
  leakage: ReadinessReport["leakage"];
  adapterEffect: EvaluationReport["adapterEffect"];
  trainingSeeds: number;
  testUses: number;
  arms: readonly ArmScore[];
  comparisons: readonly Comparison[];
}

/** Everything about an evaluation that a reader must know before trusting its verdict, blocking findings first. */
export function evaluationFindings(facts: FindingFacts): Finding[] {
  const found = [
    adapterEffect(facts),
    overfitting(facts),
    contamination(facts),
    validationLeak(facts),
    testReuse(facts),
    baseNotBeaten(facts),
    answersCutOff(facts),
    fewTrainingSeeds(facts),
  ].filter((finding) => finding !== undefined);
  const rank = { blocking: 0, warning: 1, info: 2 };
  return found.sort((a, b) => rank[a.severity] - rank[b.severity]);
}

type Draft = Pick<Finding, "code" | "severity" | "message" | "fix"> & Partial<Finding>;
const finding = (draft: Draft): Finding => ({
  value: null,
  threshold: null,
  count: 1,
  lines: [],
  ...draft,
});

/** Switching the adapter off must change what the model computes; else the base was compared with itself. */
function adapterEffect({ adapterEffect: effect }: FindingFacts): Finding | undefined {
  if (effect.maxAbsLogitChange > 0) return undefined;
  return finding({
    code: "AdapterWithoutEffect",
    severity: "blocking",
    message: `the adapter changed no logit on ${effect.probes} probe items: it was not applied, or learned nothing`,
    fix: "check that the adapter belongs to this base model and that training took steps, then evaluate again",
    value: effect.maxAbsLogitChange,
    threshold: 0,
    count: effect.probes,
  });
}

function overfitting({ training }: FindingFacts): Finding | undefined {
  const { trainLoss, validationLoss, bestCheckpointKept } = training;
  const { overfittingWarns: warns, overfittingBlocks: blocks } = EVALUATION_THRESHOLDS;
  if (trainLoss === null || validationLoss === null) {
    return finding({
      code: "LossUnknown",
      severity: "warning",
      message: "the trainer reported no final losses, so overfitting cannot be judged",
      fix: "use a trainer that writes trainLoss and validationLoss to result.json",
    });
  }
  const ratio = trainLoss > 0 ? validationLoss / trainLoss : null;
  if (ratio !== null && ratio <= warns) return undefined;
  const size =
    ratio === null ? "the training loss is zero" : `which is ${ratio.toFixed(1)} times as high`;
  const severe = ratio === null || ratio > blocks;
  return finding({
    code: "Overfitting",
    severity: severe && !bestCheckpointKept ? "blocking" : "warning",
    message: `validation loss ${validationLoss.toPrecision(3)} against training loss ${trainLoss.toPrecision(3)}: ${size}${bestCheckpointKept ? "; the best checkpoint was kept" : ""}`,
    fix: "train fewer epochs, keep the best checkpoint, or add examples",
    value: ratio,
    threshold: severe ? blocks : warns,
  });
}

/** The split keeps near-duplicates together, so any item on both sides means that the split was changed. */
function contamination({ leakage, arms }: FindingFacts): Finding | undefined {
  if (leakage.testInTrain === 0) return undefined;
  const items = arms[0]?.items ?? 0;
  const share = items > 0 ? ` (${formatPercent(leakage.testInTrain / items, 1)})` : "";
  return finding({
    code: "TestContamination",
    severity: "blocking",
    message: `${leakage.testInTrain} test items${share} are near-duplicates of training items, so the score shows memory, not skill`,
    fix: "split the dataset again with `tunekit check`, train and evaluate again",
    value: leakage.testInTrain,
    threshold: 0,
    count: leakage.testInTrain,
  });
}

/** Prompt and checkpoint were chosen on validation. */
function validationLeak({ leakage }: FindingFacts): Finding | undefined {
  if (leakage.testInValidation === 0) return undefined;
  return finding({
    code: "TestInValidation",
    severity: "warning",
    message: `${leakage.testInValidation} test items are near-duplicates of validation items, on which prompt and checkpoint were chosen`,
    fix: "split the dataset again with `tunekit check`",
    value: leakage.testInValidation,
    threshold: 0,
    count: leakage.testInValidation,
  });
}

function testReuse({ testUses }: FindingFacts): Finding | undefined {
  const { testUsesWarn, testUsesBlock } = EVALUATION_THRESHOLDS;
  if (testUses <= testUsesWarn) return undefined;
  const blocks = testUses > testUsesBlock;
  return finding({
    code: "TestReused",
    severity: blocks ? "blocking" : "warning",
    message: `this test split was used for ${testUses} evaluations; each choice made on it makes the best score look better than it is`,
    fix: blocks
      ? "label a fresh test set and evaluate on it"
      : "plan a fresh test set; more than ten uses are refused",
    value: testUses,
    threshold: blocks ? testUsesBlock : testUsesWarn,
  });
}

/** The second comparison of the fixed sequence: only asked when the first one shows a gain. */
function baseNotBeaten({ comparisons }: FindingFacts): Finding | undefined {
  const [prompted, base] = comparisons;
  if (!prompted || !base || prompted.interval.low <= 0 || base.interval.low > 0) return undefined;
  return finding({
    code: "BaseNotBeaten",
    severity: "blocking",
    message: `the adapter beats the best prompt but is not shown to beat the ${base.baseline} model without it: that prompt harms more than it helps`,
    fix: "search for a better prompt with `tunekit baseline`, then evaluate again",
    value: base.interval.low,
    threshold: 0,
  });
}

function answersCutOff({ arms }: FindingFacts): Finding | undefined {
  const cut = arms.filter((arm) => arm.cutOff > 0);
  const count = cut.reduce((sum, arm) => sum + arm.cutOff, 0);
  if (count === 0) return undefined;
  return finding({
    code: "AnswersCutOff",
    severity: "warning",
    message: `answers stopped at the token limit: ${cut.map((arm) => `${arm.cutOff} of ${arm.items} in ${arm.arm}`).join(", ")}`,
    fix: "raise maxNewTokens, so that no arm is judged on half an answer",
    value: count,
    threshold: 0,
    count,
  });
}

function fewTrainingSeeds({ trainingSeeds }: FindingFacts): Finding | undefined {
  const needed = EVALUATION_THRESHOLDS.trainingSeeds;
  if (trainingSeeds >= needed) return undefined;
  return finding({
    code: "FewTrainingSeeds",
    severity: "info",
    message: `trained with ${trainingSeeds === 1 ? "one seed" : `${trainingSeeds} seeds`}: the interval covers the choice of items, not the luck of the training`,
    fix: `train with ${needed} seeds to see how much the score moves`,
    value: trainingSeeds,
    threshold: needed,
  });
}
