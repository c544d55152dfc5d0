/**
 * What one training example is worth, by what a person found in a sample of the labels. The levels are a judgement of
 * this project; the lowest mirrors the finding that 200 excellent examples beat 2,000 mediocre ones.
 */
export const QUALITY_LEVELS = [
  { atLeast: 0.98, worth: 1 },
  { atLeast: 0.9, worth: 0.5 },
  { atLeast: 0, worth: 0.1 },
] as const;
export const UNAUDITED_WORTH = 0.25;

export interface Audit {
  sampled: number;
  correct: number;
}

/** Training examples, weighted by the audited quality of their labels. */
export function effectiveExamples(train: number, audit: Audit | null): number {
  if (audit === null) return train * UNAUDITED_WORTH;
  const correct = audit.correct / audit.sampled;
  return train * (QUALITY_LEVELS.find((level) => correct >= level.atLeast)?.worth ?? 0);
}
