import type { EVALUATION_VERDICTS } from "../../core/spec/evaluation-report.ts";
import { formatUsd } from "../../core/units.ts";
import type { Amount, Known, Money } from "../amount.ts";
import { isUnknown, unknown } from "../amount.ts";
import type { Entry, LedgerView, RunFacts } from "../ledger-view.ts";
import type { Total } from "../totals.ts";
import { total } from "../totals.ts";
import type { CostEstimate } from "./decisions.ts";
import { promotionState } from "./promotions.ts";

/** 10 % and 90 % points of the standard normal: a stated 80 % interval. */
const Z_80 = 1.2815515655446004;

/** Gain over the best prompt, as a fraction of the metric, with its interval. */
export interface Gain {
  value: number;
  low: number;
  high: number;
}

export interface RealisedGain extends Gain {
  verdict: (typeof EVALUATION_VERDICTS)[number];
  metric: string;
  items: number;
  scores: { base: number; prompt: number; adapter: number };
  evaluationId: string;
  /** Evaluations of this version so far; the latest is the one shown. */
  evaluations: number;
}

export interface RunRow {
  runId: string;
  decisionId: string;
  team: string;
  useCase: string;
  adapter: string;
  method: Known<string>;
  tier: Known<string>;
  instanceType: Known<string>;
  startedAt: Known<string>;
  settledAt: Known<string>;
  outcome: "running" | "succeeded" | "failed" | "cancelled";
  failure: string | null;
  /** Once settled, of the run alone, so that it can be held against the actual; before that, of all that was decided on. */
  estimate: Known<CostEstimate>;
  actual: Known<Amount>;
  /** Reserved in the budget while the run is open; null once it is settled. */
  committed: Known<Amount> | null;
  /** Actual minus expected, of a run that succeeded: one that was cut short says nothing about its estimate. */
  variance: Known<Amount>;
  /** The same as a fraction of expected. */
  varianceShare: Known<number>;
  withinInterval: Known<boolean>;
  /** Part of the actual that paid for unused GPUs of the node. */
  stranded: Known<Amount>;
  seconds: Known<number>;
  version: Known<string>;
  expectedGain: Known<Gain>;
  realisedGain: Known<RealisedGain>;
  /** Actual cost of each point gained, for a run whose evaluation passed. For people: `"0.0012 USD"`. */
  usdPerPoint: Known<string>;
  promotion: string;
}

export interface RunsSection {
  rows: RunRow[];
  spent: Total;
  committed: Total;
  /** Expected cost of the runs that have a variance. */
  estimated: Total;
  variance: Total;
  settled: number;
  /** Runs that succeeded and have a known interval, and those whose actual lay inside it. */
  judged: number;
  inside: number;
}

const OPEN = "The run is not settled";
const CUT_SHORT = "The run did not succeed: its cost is waste, not a measure of the estimate";

export function runsSection(
  view: LedgerView,
  money: Money,
  estimates: ReadonlyMap<string, Known<CostEstimate>>,
): RunsSection {
  const spent = shownByRun(view.runs, money, ({ settled }) => settled?.actual);
  const stranded = shownByRun(view.runs, money, ({ settled }) => settled?.stranded);
  const reserved = shownByRun(view.runs, money, ({ settled, started }) =>
    settled ? undefined : started?.reserved,
  );
  const alone = estimatesOfRunsAlone(view.runs, money);
  const rows = view.runs.map((facts): RunRow => {
    const { runId, decision, started, settled } = facts;
    const any = (settled ?? started) as Entry<"settled"> | Entry<"started">;
    const estimate = alone.get(runId) ?? estimateOf(facts, estimates);
    const actual = spent.get(runId) ?? unknown(OPEN);
    const realisedGain = realisedGainOf(facts);
    return {
      runId,
      decisionId: any.decisionId,
      team: any.team,
      useCase: any.useCase,
      adapter: any.adapter,
      method: decision?.method ?? unknown("The decision is not in the ledger"),
      tier: started?.tier ?? unknown("The start is not in the ledger"),
      instanceType: started?.instanceType ?? unknown("The start is not in the ledger"),
      startedAt: started?.at ?? unknown("The start is not in the ledger"),
      settledAt: settled?.at ?? unknown(OPEN),
      outcome: settled?.outcome ?? "running",
      failure: settled?.failure ?? null,
      estimate,
      actual,
      committed: reserved.get(runId) ?? null,
      ...varianceOf(settled?.outcome, estimate, actual, money),
      stranded: stranded.get(runId) ?? unknown(OPEN),
      seconds: settled?.seconds ?? unknown(OPEN),
      version: settled?.adapterVersion ?? unknown(settled ? "The run made no adapter" : OPEN),
      expectedGain: expectedGainOf(facts),
      realisedGain,
      usdPerPoint: usdPerPointOf(actual, realisedGain),
      promotion: promotionState(any.adapter, settled?.adapterVersion ?? null, view.promotions),
    };
  });
  const compared = rows.filter((row) => !isUnknown(row.variance));
  return {
    rows,
    spent: total(
      money,
      rows.filter(({ outcome }) => outcome !== "running").map(({ actual }) => actual),
    ),
    committed: total(
      money,
      rows.flatMap(({ committed }) => committed ?? []),
    ),
    estimated: total(
      money,
      compared.map(({ estimate }) => (isUnknown(estimate) ? estimate : estimate.expected)),
    ),
    variance: total(
      money,
      compared.map(({ variance }) => variance),
    ),
    settled: rows.filter(({ outcome }) => outcome !== "running").length,
    judged: rows.filter(({ withinInterval }) => !isUnknown(withinInterval)).length,
    inside: rows.filter(({ withinInterval }) => withinInterval === true).length,
  };
}

function shownByRun(
  runs: readonly RunFacts[],
  money: Money,
  of: (facts: RunFacts) => number | undefined,
): Map<string, Amount> {
  const known = runs.filter((facts) => of(facts) !== undefined);
  const shown = money.rows(known.map((facts) => of(facts) as number));
  return new Map(known.map(({ runId }, index) => [runId, shown[index] as Amount]));
}

/**
 * The decision's estimate also counts the evaluation, labels and the other runs of a sweep; the settlement says what the run
 * alone was expected to cost. The interval is the decision's, in proportion.
 */
function estimatesOfRunsAlone(
  runs: readonly RunFacts[],
  money: Money,
): Map<string, Known<CostEstimate>> {
  const known = runs.flatMap(({ runId, decision, settled }) => {
    const cost = decision?.cost;
    const expected = settled?.estimated ?? null;
    return cost && cost.expected > 0 && expected !== null ? [{ runId, cost, expected }] : [];
  });
  const shown = money.rows(known.map(({ expected }) => expected));
  return new Map(
    known.map(({ runId, cost, expected }, index) => {
      const share = expected / cost.expected;
      return [
        runId,
        {
          low: money.low(Math.round(cost.low * share)),
          expected: shown[index] as Amount,
          high: money.high(Math.round(cost.high * share)),
        },
      ];
    }),
  );
}

function estimateOf(
  { decision, settled }: RunFacts,
  estimates: ReadonlyMap<string, Known<CostEstimate>>,
): Known<CostEstimate> {
  const estimate = decision && estimates.get(decision.decisionId);
  if (estimate) return estimate;
  return unknown(
    settled && settled.estimated !== null
      ? `The decision is not in the ledger; the settlement repeats ${formatUsd(settled.estimated)}`
      : "The decision is not in the ledger",
  );
}

function varianceOf(
  outcome: Entry<"settled">["outcome"] | undefined,
  estimate: Known<CostEstimate>,
  actual: Known<Amount>,
  money: Money,
): Pick<RunRow, "variance" | "varianceShare" | "withinInterval"> {
  if (isUnknown(actual) || isUnknown(estimate)) {
    const why = isUnknown(actual) ? actual : (estimate as { unknown: string });
    return { variance: why, varianceShare: why, withinInterval: why };
  }
  if (outcome !== "succeeded") {
    return {
      variance: unknown(CUT_SHORT),
      varianceShare: unknown(CUT_SHORT),
      withinInterval: unknown(CUT_SHORT),
    };
  }
  const { low, expected, high } = estimate;
  const variance = money.minus(actual, expected);
  return {
    variance,
    varianceShare:
      expected.microUsd === 0
        ? unknown("The estimate was zero")
        : variance.microUsd / expected.microUsd,
    withinInterval: low.microUsd <= actual.microUsd && actual.microUsd <= high.microUsd,
  };
}

function expectedGainOf({ decision }: RunFacts): Known<Gain> {
  if (!decision) return unknown("The decision is not in the ledger");
  if (!decision.gain) return unknown("The gate could not estimate a gain");
  const { mean, sd } = decision.gain;
  return { value: mean, low: mean - Z_80 * sd, high: mean + Z_80 * sd };
}

function realisedGainOf({ settled, evaluations }: RunFacts): Known<RealisedGain> {
  const latest = evaluations.at(-1);
  if (!latest) {
    if (!settled) return unknown(OPEN);
    return unknown(settled.adapterVersion ? "Not evaluated yet" : "The run made no adapter");
  }
  const { gain, gainLow, gainHigh, verdict, metric, items, scores, evaluationId } = latest;
  return {
    value: gain,
    low: gainLow,
    high: gainHigh,
    verdict,
    metric,
    items,
    scores,
    evaluationId,
    evaluations: evaluations.length,
  };
}

function usdPerPointOf(actual: Known<Amount>, gain: Known<RealisedGain>): Known<string> {
  if (isUnknown(actual)) return actual;
  if (isUnknown(gain)) return gain;
  if (gain.verdict !== "pass") {
    return unknown(
      gain.verdict === "fail"
        ? "The evaluation did not pass: no gain to divide by"
        : "The evaluation is inconclusive: no gain to divide by",
    );
  }
  if (gain.value <= 0) return unknown("No gain to divide by");
  return formatUsd(Math.round(actual.microUsd / (gain.value * 100)));
}
