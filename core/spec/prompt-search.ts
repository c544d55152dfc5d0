import { z } from "zod";

/** A budgeted search over ways of asking the base model: each candidate is scored on validation, the winner once on test. */
export const PromptSearch = z.strictObject({
  kind: z.literal("PromptSearch"),
  prompts: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(40),
        /** System message. */
        system: z.string().default(""),
        /** Text put behind the user's message. */
        suffix: z.string().default(""),
        /** Examples from the train split to show before the question, as many of each answer as possible. @default 0 */
        shots: z.number().int().min(0).max(32).default(0),
      }),
    )
    .min(1)
    .refine((prompts) => new Set(prompts.map(({ id }) => id)).size === prompts.length, {
      error: "has two prompts with one id",
      params: { code: "DuplicateId", fix: "give each prompt its own id" },
    }),
  /** Validation items that each candidate answers; the budget of the search. @default 50 */
  validationItems: z.number().int().min(1).default(50),
  /** Chooses the examples. @default 7 */
  seed: z.number().int().nonnegative().default(7),
});
export type PromptSearch = z.output<typeof PromptSearch>;
