import { z } from "zod";
import { POOL_ANNOTATIONS, RUN_LABELS } from "../../core/labels.ts";

/** Every resource that costs money carries these, so that a bill can be told apart. */
export const COST_TAGS = [
  "app.kubernetes.io/part-of",
  POOL_ANNOTATIONS.owner,
  RUN_LABELS.costCenter,
] as const;

/** What stands for each rule in the file of `--policy-pack-config`; `tunekit platform policy` writes it for a stack. */
export const WrittenSettings = z.object({
  ceilingUsdPerMonth: z.number().nonnegative().optional(),
  region: z.string().min(1).optional(),
  costTags: z.array(z.string()).default([...COST_TAGS]),
  minSupportDays: z.number().default(90),
  /** Day on which prices and support dates are judged, to judge an old state again. @default today */
  asOf: z.iso.date().optional(),
});
export type WrittenSettings = z.output<typeof WrittenSettings>;

/** The same as the engine checks it. @param required keys without which the rule cannot judge */
export const settingsSchema = (required: readonly string[]) => ({
  properties: {
    ceilingUsdPerMonth: { type: "number" as const, minimum: 0 },
    region: { type: "string" as const },
    costTags: { type: "array" as const, items: { type: "string" as const } },
    minSupportDays: { type: "number" as const },
    asOf: { type: "string" as const },
  },
  required: [...required],
});
