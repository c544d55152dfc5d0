import { sha256 } from "../digest.ts";
import { InputError } from "../errors.ts";
import type { Split } from "../spec/dataset.ts";

/** Shares of the splits; they add up to 1. */
export type Ratios = Record<Split, number>;

export const DEFAULT_RATIOS: Ratios = { train: 0.8, validation: 0.1, test: 0.1 };

/** @throws InputError `RatiosWrong` unless every ratio is above 0 and they add up to 1. */
export function checkRatios(ratios: Ratios): Ratios {
  const { train, validation, test } = ratios;
  const positive = [train, validation, test].every((ratio) => ratio > 0);
  if (!positive || Math.abs(train + validation + test - 1) > 1e-9) {
    throw new InputError(
      "RatiosWrong",
      `the ratios ${train}/${validation}/${test} must be above 0 and add up to 1`,
      { fix: "write them as train/validation/test, such as 70/10/20", path: "ratios" },
    );
  }
  return ratios;
}

/**
 * The side of a cluster: sha256 of `v1:<salt>:<clusterId>` as a number in [0, 1), cut at the ratios. It depends on nothing
 * else, so neither the order of the rows nor the other clusters can move it.
 */
export function sideOf(clusterId: string, salt: string, ratios: Ratios): Split {
  const u = Number.parseInt(sha256(`v1:${salt}:${clusterId}`).slice(0, 13), 16) / 2 ** 52;
  if (u < ratios.train) return "train";
  return u < ratios.train + ratios.validation ? "validation" : "test";
}
