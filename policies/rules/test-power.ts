import { plannedItems } from "../../core/stats/planning.ts";
import { formatPoints } from "../../core/units.ts";
import type { GateContext } from "../context.ts";
import { type Judgement, judge } from "../judgement.ts";
import { PLANNING_POWER } from "../value/value-estimate.ts";
import { count, plural, usd } from "../wording.ts";
import type { Rule } from "./rule.ts";

/**
 * Is the test split large enough? Deferred only when the run does not pay at this size, pays at a larger one, and still
 * pays after the labels. A test split that cannot show the needed gain is otherwise a warning: a run can be well worth it
 * although most small gains will not be provable.
 */
export const testPower: Rule = (context) =>
  context.largerTest === null ? warning(context) : deferral(context);

function deferral({ facts, value, largerTest }: GateContext): Judgement[] {
  if (value === null || largerTest === null) return [];
  const { test } = facts.dataset;
  const { items, extraRows, benefit, labelCost } = largerTest;
  const added = benefit - value.nbWithBar;
  const labels =
    labelCost === null
      ? `That pays as long as a row costs less than ${usd(Math.floor(benefit / extraRows))}.`
      : `Labelling them costs ${usd(labelCost)}.`;
  return [
    judge("EvaluationUnderpowered", "defer", {
      message: `With ${plural(test, "test row", "test rows")} the net benefit is ${usd(value.nbWithBar)}; with ${count(items)} it is ${usd(benefit)}. The ${plural(extraRows, "extra row adds", "extra rows add")} ${usd(added)}, ${usd(added / extraRows)} each. ${labels}`,
      value: test,
      threshold: items,
      fix: `label ${plural(extraRows, "more test row", "more test rows")} and plan again`,
    }),
  ];
}

function warning({ facts, gain, value }: GateContext): Judgement[] {
  if (gain === null || value === null) return [];
  const needed = value.breakEvenGain;
  if (needed === null || needed <= 0) return [];
  if (value.nbWithBar <= 0 || value.minimumDetectableGain <= needed) return [];
  const { confidence, discordantShare } = facts.policy;
  const rows = plannedItems(needed, discordantShare, {
    alphaOneSided: 1 - confidence,
    power: PLANNING_POWER,
  });
  return [
    judge("EvaluationUnderpowered", "warning", {
      message: `The run breaks even at a gain of ${formatPoints(needed)}, and ${plural(facts.dataset.test, "test row shows", "test rows show")} gains from ${formatPoints(value.minimumDetectableGain)} up (${formatPoints(gain.mean)} expected): a small gain that still pays could not be proven, that would take ${plural(rows, "row", "rows")}.`,
      value: value.minimumDetectableGain * 100,
      threshold: needed * 100,
      fix: "expect an inconclusive evaluation if the gain is small, or label more test rows",
    }),
  ];
}
