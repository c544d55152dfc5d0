import { z } from "zod";
import { Usd } from "../core/spec/fields.ts";
import { Tags } from "./component-args.ts";

export const SpendAlarmArgs = z.strictObject({
  /** Limit a calendar month. */
  monthlyLimit: Usd,
  /** Shares of the limit at which somebody is told, as percentages. @default [50, 80, 100] */
  alertAt: z.array(z.number().positive().max(1000)).min(1).max(9).default([50, 80, 100]),
  /** Who is told. */
  emails: z.array(z.email()).min(1).max(10),
  /** Tag by which the platform's cost is told apart; it must be active as a cost allocation tag. @default app=tunekit */
  costTag: z
    .strictObject({ key: z.string().min(1), value: z.string().min(1) })
    .default({ key: "app.kubernetes.io/part-of", value: "tunekit" }),
  /** Unusual spend above this is told within a day; at once would need a topic of your own. @default "100 USD" */
  anomalyAbove: Usd.prefault("100 USD"),
  /** Activates the cost tags of the account. They must have been seen on a bill before. @default false */
  activateCostTags: z.boolean().default(false),
  /** @default {} */
  tags: Tags,
});
export type SpendAlarmArgs = z.input<typeof SpendAlarmArgs>;
