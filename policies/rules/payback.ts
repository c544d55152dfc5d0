import { judge } from "../judgement.ts";
import { months, usd } from "../wording.ts";
import type { Rule } from "./rule.ts";

/** Only a warning: payback on the mean gain ignores that a poor adapter is not deployed. */
export const payback: Rule = ({ facts, value }) => {
  const { horizonMonths } = facts.useCase;
  if (value === null) return [];
  const { paybackMonths, costHigh, deploy } = value;
  if (paybackMonths !== null && paybackMonths <= horizonMonths) return [];
  const spent = `the ${usd(costHigh)} of the run and the ${usd(deploy)} of deployment and retraining`;
  return [
    judge("PaybackTooLong", "warning", {
      message:
        paybackMonths === null
          ? `The expected gain never pays back ${spent}.`
          : `The expected gain takes ${months(paybackMonths)} to pay back ${spent}; the horizon is ${months(horizonMonths)}.`,
      value: paybackMonths,
      threshold: horizonMonths,
    }),
  ];
};
