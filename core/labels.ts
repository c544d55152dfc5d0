/** Label and annotation keys, the same on Jobs, pods, nodes and cost tags. */
const PREFIX = "tunekit.dev";

export const LABELS = {
  run: `${PREFIX}/run`,
  team: `${PREFIX}/team`,
  useCase: `${PREFIX}/use-case`,
  costCenter: `${PREFIX}/cost-center`,
  tier: `${PREFIX}/tier`,
  method: `${PREFIX}/method`,
} as const;

/** Annotation with the canonical TrainingJob. */
export const JOB_ANNOTATION = `${PREFIX}/job`;
