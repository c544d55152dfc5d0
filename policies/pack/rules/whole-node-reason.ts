import { POOL_ANNOTATIONS } from "../../../core/labels.ts";
import { gpuPool, machineOf } from "./gpu-pool.ts";
import { cannotTell, type ResourceRule, UNKNOWN, valueAt } from "./rule.ts";

/** A100 tiers come as whole nodes of eight GPUs only, and so do the larger machines of other tiers. */
export const wholeNodeReason: ResourceRule = {
  name: "whole-node-needs-reason",
  description:
    "A pool of A100s or other machines with several GPUs names its owner and its reason.",
  fix: `set ${POOL_ANNOTATIONS.owner} and ${POOL_ANNOTATIONS.reason}: annotations of a NodePool, tags of a node group`,
  check(resource) {
    const pool = gpuPool(resource);
    if (!pool) return [];
    const { instanceTypes, words } = pool;
    if (instanceTypes === UNKNOWN) return [cannotTell("the machine of the pool")];
    // a machine that nobody named, or that the catalog does not have, may well be a whole node
    const whole =
      instanceTypes === undefined || instanceTypes.some((id) => (machineOf(id)?.gpus ?? 8) > 1);
    if (!whole) return [];
    return Object.entries(POOL_ANNOTATIONS).flatMap(([word, key]) => {
      const value = valueAt(words, key);
      if (value === UNKNOWN) return [cannotTell(`the ${word} of the pool`)];
      return typeof value === "string" && value.trim() !== "" ? [] : [`the pool names no ${word}`];
    });
  },
};
