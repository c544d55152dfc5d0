import { type GateDecision, isPilotOnly, type Verdict } from "../core/spec/gate-decision.ts";
import type { GateContext } from "./context.ts";
import { toMicroUsd } from "./rounding.ts";

/**
 * The ceiling that an admitted run is held to: the high cost that was judged, and the job's own deadline or else the high
 * estimate of its time. A pilot may spend a share; its time is not cut, since start-up takes as long as for the whole job.
 * Null when there is no price to make a ceiling of.
 */
export function capsOf({ facts, cost }: GateContext, verdict: Verdict): GateDecision["caps"] {
  if (cost === null) return null;
  const { estimate, job, mode, policy } = facts;
  const share = isPilotOnly({ verdict, mode }) ? policy.pilotShare : 1;
  return {
    maxMicroUsd: toMicroUsd(cost.highMicroUsd * share),
    deadlineSeconds: Math.ceil(job.deadlineSeconds ?? estimate.time.high),
    gpuCount: job.gpuCount,
  };
}
