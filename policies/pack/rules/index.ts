import { bucketStaysClosed, bucketsAreClosed } from "./closed-buckets.ts";
import { costTagsRule } from "./cost-tags.ts";
import { gatedGpuJobs } from "./gated-gpu-jobs.ts";
import { gpuCeiling, gpuStackCeiling } from "./gpu-ceiling.ts";
import { gpuPoolMinimum } from "./gpu-pool-minimum.ts";
import { kubernetesSupport } from "./kubernetes-support.ts";
import { noCapacityPurchase } from "./no-capacity-purchase.ts";
import type { ResourceRule, StackRule } from "./rule.ts";
import { wholeNodeReason } from "./whole-node-reason.ts";

export const RESOURCE_RULES: readonly ResourceRule[] = [
  gpuCeiling,
  gpuPoolMinimum,
  wholeNodeReason,
  gatedGpuJobs,
  noCapacityPurchase,
  costTagsRule,
  bucketStaysClosed,
  kubernetesSupport,
];

export const STACK_RULES: readonly StackRule[] = [gpuStackCeiling, bucketsAreClosed];
