import type * as k8s from "@pulumi/kubernetes";
import { z } from "zod";
import { MadeText, Tags } from "./component-args.ts";

/** Release that the pools' objects were tried with, by its kwok provider. */
export const KARPENTER_VERSION = "1.14.1";

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
  /** Version of the charts `karpenter` and `karpenter-crd`. @default KARPENTER_VERSION */
  version: z.string().default(KARPENTER_VERSION),
  /** Where the charts are. @default "oci://public.ecr.aws/karpenter" */
  chartRepository: z.string().default("oci://public.ecr.aws/karpenter"),
  /** @default "kube-system" */
  namespace: z.string().default("kube-system"),
  /** True in a network without internet: no look-up of prices. @default false */
  isolated: z.boolean().default(false),
  /** More values of the chart, merged over ours at the top level. @default {} */
  values: z.record(z.string(), z.unknown()).default({}),
  /** @default {} */
  tags: Tags,
});
export type KarpenterArgs = z.input<typeof KarpenterArgs>;
