import type { GateContext } from "../context.ts";
import type { Judgement } from "../judgement.ts";

/** One rule of the gate: what it has to say about these facts, or nothing. */
export type Rule = (context: GateContext) => Judgement[];
