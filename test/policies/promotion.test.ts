import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../core/digest.ts";
import { buildEvaluationReport } from "../../core/evaluation/evaluation-report.ts";
import type { ReviewRecord } from "../../core/spec/evaluation-report.ts";
import { PromotionPolicy } from "../../core/spec/platform-config.ts";
import { REASONS } from "../../core/spec/reason-codes.ts";
import { wilsonInterval } from "../../core/stats/wilson.ts";
import { decidePromotion } from "../../policies/promotion.ts";
import { PromotionDecision, PromotionFacts } from "../../policies/promotion-facts.ts";
import { answers, evaluationInput } from "../support/evaluation-input.ts";

const report = (adapter: number, changes = {}) =>
  buildEvaluationReport(
    evaluationInput(
      { base: answers(0, 80), "prompted-base": answers(40, 80), adapter: answers(adapter, 80) },
      changes,
    ),
  );
const evaluation = report(73);

function review(wins: number, items: number, changes: Partial<ReviewRecord> = {}): ReviewRecord {
  return {
    schemaVersion: 1,
    evaluationId: evaluation.id,
    adapter: evaluation.adapter,
    version: evaluation.version,
    baseline: "prompted-base",
    raters: ["ann", "bo"],
    items,
    adapterWins: wins,
    baselineWins: items - wins,
    ties: 0,
    bothBad: 0,
    winRate: wins / items,
    interval: wilsonInterval(wins, items),
    signTest: 1,
    kappa: 0.6,
    sheetDigest: "c".repeat(64),
    at: "2026-11-25T09:00:00.000Z",
    ...changes,
  };
}

const champion: PromotionFacts = {
  schemaVersion: 1,
  now: "2026-11-26T09:00:00.000Z",
  actor: "ann@example.com",
  adapter: evaluation.adapter,
  alias: "champion",
  version: evaluation.version,
  verified: true,
  rollback: false,
  current: null,
  testDigest: evaluation.testDigest,
  baselinePromptDigest: evaluation.promptDigest,
  evaluation,
  review: review(18, 25),
  policy: PromotionPolicy.parse({}),
};
const other = "9".repeat(64);
const outcome = (changes: Partial<PromotionFacts>) => {
  const { allowed, reasons } = decidePromotion({ ...champion, ...changes });
  return [allowed, ...reasons.map(({ code, severity }) => `${severity} ${code}`)];
};

describe("champion", () => {
  it("moves with a passing evaluation, a review that was not lost, and today's prompt", () => {
    const decision = decidePromotion(champion);
    expect(decision).toEqual({
      schemaVersion: 1,
      at: champion.now,
      actor: "ann@example.com",
      adapter: "support-triage",
      alias: "champion",
      version: evaluation.version,
      rollback: false,
      allowed: true,
      reasons: [],
      evaluationId: evaluation.id,
      reviewId: digestOf(champion.review),
      factsDigest: digestOf(champion),
    });
    expect(PromotionDecision.parse(JSON.parse(JSON.stringify(decision)))).toEqual(decision);
  });

  it("is decided the same from facts that were stored", () => {
    const stored = PromotionFacts.parse(JSON.parse(JSON.stringify(champion)));
    expect(decidePromotion(stored)).toEqual(decidePromotion(champion));
  });

  it.each([
    [
      "no evaluation",
      { evaluation: null, review: null },
      ["blocking NoEvaluation", "blocking ReviewMissing"],
    ],
    [
      "an evaluation of another version",
      { version: other },
      ["blocking NoEvaluation", "blocking ReviewMissing"],
    ],
    ["an evaluation on another test split", { testDigest: other }, ["blocking NoEvaluation"]],
    ["a failed evaluation", { evaluation: report(20) }, ["blocking EvaluationFailed"]],
    ["an inconclusive evaluation", { evaluation: report(44) }, ["blocking EvaluationInconclusive"]],
    [
      "an evaluation older than 90 days",
      { now: "2027-02-22T09:30:00.001Z" },
      ["blocking EvaluationExpired"],
    ],
    [
      "no prompt baseline today",
      { baselinePromptDigest: null },
      ["blocking PromptBaselineMissing"],
    ],
    [
      "a better prompt found since",
      { baselinePromptDigest: other },
      ["blocking PromptComparisonStale"],
    ],
    ["no review", { review: null }, ["blocking ReviewMissing"]],
    [
      "a review of another version",
      { review: review(18, 25, { version: other }) },
      ["blocking ReviewMissing"],
    ],
    [
      "a review of another evaluation",
      { review: review(18, 25, { evaluationId: "other" }) },
      ["blocking ReviewMissing"],
    ],
    ["a review of five items", { review: review(5, 5) }, ["blocking ReviewMissing"]],
    ["a lost review", { review: review(5, 25) }, ["blocking ReviewFailed"]],
    [
      "raters who disagree on an open question",
      { review: review(13, 25, { kappa: 0.39 }) },
      ["blocking ReviewFailed"],
    ],
    [
      "a lost review by raters who disagree",
      { review: review(5, 25, { kappa: 0 }) },
      ["blocking ReviewFailed", "blocking ReviewFailed"],
    ],
    ["damaged files", { verified: false }, ["blocking VersionUnverified"]],
  ] as [string, Partial<PromotionFacts>, string[]][])("stays with %s", (_, changes, reasons) => {
    expect(outcome(changes)).toEqual([false, ...reasons]);
  });

  it.each([
    ["an evaluation exactly 90 days old", { now: "2027-02-22T09:30:00.000Z" }, []],
    ["a review of six items", { review: review(6, 6) }, []],
    ["one rater", { review: review(18, 25, { raters: ["ann"], kappa: null }) }, []],
    ["kappa at its floor", { review: review(13, 25, { kappa: 0.4 }) }, []],
    [
      "a lean to the prompt that may be chance",
      { review: review(11, 25) },
      ["warning ReviewFailed"],
    ],
    [
      "low kappa where nearly every rating is a win",
      { review: review(24, 25, { kappa: -0.04 }) },
      ["warning ReviewFailed"],
    ],
  ] as [string, Partial<PromotionFacts>, string[]][])("moves with %s", (_, changes, reasons) => {
    expect(outcome(changes)).toEqual([true, ...reasons]);
  });

  it("stays while a blocking finding of the evaluation is open, and ignores warnings", () => {
    const memorised = report(73, {
      training: { trainLoss: 0.0013, validationLoss: 0.0878, bestCheckpointKept: false },
    });
    const decision = decidePromotion({ ...champion, evaluation: memorised });
    expect(decision.allowed).toBe(false);
    expect(decision.reasons).toEqual([
      {
        code: "OpenFinding",
        severity: "blocking",
        message:
          "Overfitting: validation loss 0.0878 against training loss 0.00130: which is 67.5 times as high.",
        value: 0.0878 / 0.0013,
        threshold: 3,
        fix: "train fewer epochs, keep the best checkpoint, or add examples",
      },
    ]);
    expect(outcome({ evaluation: report(73, { testUses: 4, trainingSeeds: 1 }) })).toEqual([true]);
  });

  it("gives every reason at once, with numbers and the next action", () => {
    const decision = decidePromotion({
      ...champion,
      now: "2027-06-01T00:00:00.000Z",
      baselinePromptDigest: other,
      evaluation: report(44),
      review: review(5, 25, { kappa: 0.1 }),
    });
    const messages = decision.reasons.map(({ code, message }) => `${code}: ${message}`);
    expect(messages).toEqual([
      expect.stringMatching(
        /^EvaluationInconclusive: The adapter scores 55\.0 % on 80 test items, 5\.0 points above the best prompt .* more test items would, if the gain stays as it is\.$/,
      ),
      "EvaluationExpired: The evaluation is 188 days old; 90 are allowed.",
      `PromptComparisonStale: The evaluation compared with prompt ${evaluation.promptDigest.slice(0, 12)}; the best prompt today is 999999999999.`,
      "ReviewFailed: ann and bo preferred the adapter in 20 % of the ratings (95 % interval 9 % to 39 %).",
      "ReviewFailed: ann and bo disagree: kappa 0.10, and 0.40 is the floor.",
    ]);
    for (const { code, fix } of decision.reasons) expect(fix).toBe(REASONS[code][1]);
  });
});

describe("other aliases", () => {
  const bare = { evaluation: null, review: null, baselinePromptDigest: null };

  it.each(["candidate", "canary-1"])("%s needs intact files and no evidence", (alias) => {
    const decision = decidePromotion({ ...champion, ...bare, alias });
    expect(decision).toMatchObject({
      allowed: true,
      reasons: [],
      evaluationId: null,
      reviewId: null,
    });
    expect(outcome({ ...bare, alias, verified: false })).toEqual([
      false,
      "blocking VersionUnverified",
    ]);
  });
});

describe("rollback", () => {
  const back = { rollback: true, evaluation: null, review: null, baselinePromptDigest: null };
  const current = { version: other, previous: champion.version, rollback: false };

  it("of the champion needs no evidence, one step back", () => {
    expect(outcome({ ...back, current })).toEqual([true]);
  });

  it.each([
    ["a version that was not the one before", { ...current, previous: "8".repeat(64) }],
    ["an alias that has only ever been one version", { ...current, previous: null }],
    ["an alias that does not exist", null],
    ["an alias that was rolled back already", { ...current, rollback: true }],
  ])("refuses %s", (_, now) => {
    const decision = decidePromotion({ ...champion, ...back, current: now });
    expect(decision.allowed).toBe(false);
    expect(decision.reasons).toMatchObject([
      { code: "NoPreviousVersion", fix: "promote the version that you want instead" },
    ]);
  });

  it("refuses damaged files even then", () => {
    expect(outcome({ ...back, current, verified: false })).toEqual([
      false,
      "blocking VersionUnverified",
    ]);
  });
});

describe("properties", () => {
  it("more wins never turn an allowed champion into a refused one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 60 }),
        fc.nat(),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (items, pick, kappa) => {
          const wins = pick % items;
          const allowed = (n: number) => outcome({ review: review(n, items, { kappa }) })[0];
          if (allowed(wins)) expect(allowed(wins + 1)).toBe(true);
          expect(typeof allowed(wins)).toBe("boolean");
        },
      ),
    );
  });
});

describe("PromotionFacts", () => {
  it("refuses unknown keys, since a fact that nobody reads decides nothing", () => {
    expect(PromotionFacts.safeParse({ ...champion, force: true }).success).toBe(false);
  });
});
