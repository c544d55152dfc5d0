import { KitError } from "../core/errors.ts";
import type { GateDecision } from "../core/spec/gate-decision.ts";

/** Thrown only by `submit`: the gate said no. An answer rather than a fault, so it carries the whole decision. */
export class GateRefusedError extends KitError {
  readonly decision: GateDecision;

  /** @param fix default: that of the first blocking reason. */
  constructor(decision: GateDecision, fix?: string) {
    const reason =
      decision.reasons.find(({ severity }) => severity === "blocking") ?? decision.reasons[0];
    super(
      reason?.code ?? "GateRefused",
      `the gate says ${decision.verdict}: ${reason?.message ?? "no reason given"}`,
      {
        fix: fix ?? reason?.fix ?? "read the decision with `tunekit plan`",
      },
    );
    this.decision = decision;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), decision: this.decision };
  }
}
