import { formatPoints } from "../../core/units.ts";
import { gainQuantile } from "../gain/gain-estimate.ts";
import { judge } from "../judgement.ts";
import { usd } from "../wording.ts";
import type { Rule } from "./rule.ts";

/**
 * The 80 % interval of the gain includes break-even: it may pay or not. A pilot then finds out for a part of the cost, unless
 * the run is so cheap beside its net benefit that it is itself the cheapest way to find out.
 */
export const gainInterval: Rule = ({ facts, gain, value }) => {
  if (gain === null || value === null || value.breakEvenGain === null) return [];
  if (value.nbWithBar <= 0) return [];
  const [low, high] = [gainQuantile(gain, 0.1), gainQuantile(gain, 0.9)];
  const { breakEvenGain, nbWithBar, costHigh } = value;
  if (breakEvenGain <= low || breakEvenGain >= high) return [];
  const finding = {
    message: `The gain is expected between ${formatPoints(low)} and ${formatPoints(high)} (80 % interval), and the run breaks even at ${formatPoints(breakEvenGain)}`,
    value: gain.mean * 100,
    threshold: breakEvenGain * 100,
  };
  if (nbWithBar >= costHigh) {
    return [
      judge("GainIntervalWide", "info", {
        ...finding,
        message: `${finding.message}; a pilot would not help, because the whole run risks ${usd(costHigh)} for ${usd(nbWithBar)} net.`,
        fix: "nothing to do: the evaluation decides about deployment",
      }),
    ];
  }
  return [
    judge("GainIntervalWide", "pilot", {
      ...finding,
      message: `${finding.message}; with ${usd(nbWithBar)} net for ${usd(costHigh)} at risk, ${Math.round(facts.policy.pilotShare * 100)} % of the cost should find out first.`,
    }),
  ];
};
