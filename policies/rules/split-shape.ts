import { formatPercent } from "../../core/units.ts";
import { judge } from "../judgement.ts";
import { plural } from "../wording.ts";
import type { Rule } from "./rule.ts";

/** A part held back needs this share of the examples, or this many rows where that is fewer. */
export const SMALLEST_SHARE = 0.05;
export const ENOUGH_ROWS = 200;

/**
 * The split is 80/10/10-like: something to train on, and enough held back. A test split larger than a tenth is no fault, it
 * is what `EvaluationUnderpowered` asks for, so that validation is measured without it.
 */
export const splitShape: Rule = ({ facts, examples }) => {
  const { train, validation, test } = facts.dataset;
  const small = [
    ...(train < validation || train === 0 ? ["train"] : []),
    ...(validation < heldBack(train + validation) || validation === 0 ? ["validation"] : []),
    ...(test < heldBack(examples) || test === 0 ? ["test"] : []),
  ];
  if (small.length === 0) return [];
  return [
    judge("SplitInvalid", "reject", {
      message: `The split into ${train} train, ${validation} validation and ${plural(test, "test example", "test examples")} leaves too few for ${small.join(" and ")}: validation and test need ${formatPercent(SMALLEST_SHARE)} each (or ${ENOUGH_ROWS} rows), and training at least as many as validation.`,
      value: Math.min(validation, test),
      threshold: heldBack(examples),
    }),
  ];
};

const heldBack = (examples: number): number => Math.min(SMALLEST_SHARE * examples, ENOUGH_ROWS);
