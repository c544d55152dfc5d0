import type * as k8s from "@pulumi/kubernetes";
import { z } from "zod";
import { MadeText, Tags } from "./component-args.ts";

export const KarpenterArgs = z.strictObject({
  cluster: z.strictObject({
    name: MadeText,
    endpoint: MadeText,
    provider: z
      .custom<k8s.Provider>((value) => typeof value === "object" && value !== null)
      .optional(),
  }),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
  /** Twelve digits. */
  accountId: z
    .string()
    .regex(/^\d{12}$/)
    .describe("an account id of twelve digits"),
  /** A registry or folder with the charts `karpenter` and `karpenter-crd`, where the public one cannot be reached. */
  mirror: z.string().optional(),
  /** True in a network without internet: no look-up of prices. @default false */
  isolated: z.boolean().default(false),
  /** More values of the chart, over those of charts/values/karpenter.yaml and ours. @default {} */
  values: z.record(z.string(), z.unknown()).default({}),
  /** @default {} */
  tags: Tags,
});
export type KarpenterArgs = z.input<typeof KarpenterArgs>;
