import { judge } from "../judgement.ts";
import type { Rule } from "./rule.ts";

const PRICE_CODES = ["PriceUnknown", "PriceStale", "SpotUnavailable"] as const;

/** Without a fresh price there is no cost, and no decision for it: never a default, never zero. */
export const priceKnown: Rule = ({ facts, cost }) => {
  const judgements = PRICE_CODES.flatMap((code) =>
    facts.estimate.unknowns
      .filter((unknown) => unknown.code === code)
      .map(({ message, fix }) => judge(code, "defer", { message, fix })),
  );
  if (cost !== null || judgements.length > 0) return judgements;
  const { tier, capacity, instanceType } = facts.estimate.placement;
  return [
    judge("PriceUnknown", "defer", {
      message: `The run has no price on ${tier} (${instanceType}, ${capacity}), so that its cost cannot be judged.`,
    }),
  ];
};
