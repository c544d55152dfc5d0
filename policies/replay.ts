import { canonicalJson } from "../core/digest.ts";
import type { GateDecision } from "../core/spec/gate-decision.ts";
import type { GateFacts } from "../core/spec/gate-facts.ts";
import { decide } from "./gate.ts";

export interface Replay {
  /** Are the canonical bytes of both equal? */
  equal: boolean;
  /** What the facts give today. */
  decision: GateDecision;
  /** Top-level keys of the record that differ. */
  differences: string[];
}

/** Decides the facts again and compares the result with a stored record, byte for byte. */
export function replay(facts: GateFacts, record: unknown): Replay {
  const decision = decide(facts);
  const differences = differingKeys(decision, record);
  return { equal: differences.length === 0, decision, differences };
}

function differingKeys(decision: GateDecision, record: unknown): string[] {
  const [ours, theirs] = [{ ...decision } as Record<string, unknown>, asRecord(record)];
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...keys].filter((key) => spell(ours[key]) !== spell(theirs[key])).sort();
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};

const spell = (value: unknown): string | undefined =>
  value === undefined ? undefined : canonicalJson(value);
