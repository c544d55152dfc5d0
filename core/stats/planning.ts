import { normalQuantile } from "./normal.ts";

export interface PlanningLevels {
  /** One-sided level of the bound. @default 0.05 */
  alphaOneSided?: number;
  /** @default 0.8 */
  power?: number;
}

/**
 * Planning formula for the gain, as a fraction, that `items` paired answers can show: (z_alpha + z_power)·√(d/n), where
 * d is the share of items on which the arms differ. Quick and smooth in n; the exact test in power.ts decides.
 */
export function plannedDetectableGain(
  items: number,
  discordant: number,
  { alphaOneSided = 0.05, power = 0.8 }: PlanningLevels = {},
): number {
  return (
    (normalQuantile(1 - alphaOneSided) + normalQuantile(power)) * Math.sqrt(discordant / items)
  );
}

/** Paired answers that the planning formula asks for to show `gain`, a fraction above 0. */
export function plannedItems(
  gain: number,
  discordant: number,
  levels: PlanningLevels = {},
): number {
  return Math.ceil((plannedDetectableGain(1, discordant, levels) / gain) ** 2);
}

/**
 * Gain that two *separate* samples of `itemsPerArm` could show from a base score: what pairing the items saves. Arcsine
 * approximation, two-sided (Cohen 1988, chapter 6).
 */
export function unpairedDetectableGain(
  itemsPerArm: number,
  baseScore: number,
  { alpha = 0.05, power = 0.8 }: { alpha?: number; power?: number } = {},
): number {
  const z = normalQuantile(1 - alpha / 2) + normalQuantile(power);
  const angle = Math.asin(Math.sqrt(baseScore)) + (z * Math.sqrt(2 / itemsPerArm)) / 2;
  return Math.sin(Math.min(angle, Math.PI / 2)) ** 2 - baseScore;
}
