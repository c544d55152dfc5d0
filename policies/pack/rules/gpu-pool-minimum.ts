import { gpuPool } from "./gpu-pool.ts";
import { cannotTell, type ResourceRule, UNKNOWN } from "./rule.ts";

export const gpuPoolMinimum: ResourceRule = {
  name: "gpu-pool-from-zero",
  description: "A GPU pool stands at zero nodes while nothing runs.",
  fix: "set minSize and desiredSize to 0, or remove replicas",
  check(resource) {
    const least = gpuPool(resource)?.least;
    if (least === UNKNOWN) return [cannotTell("the smallest size of the pool")];
    if (least === undefined || least === 0) return [];
    return [`the pool keeps ${least} GPU nodes running with nothing to do`];
  },
};
