import { z } from "zod";
import { SpecError } from "../core/errors.ts";
import type { GateDecision } from "../core/spec/gate-decision.ts";
import { GateFacts } from "../core/spec/gate-facts.ts";
import { DecisionRecord } from "../core/spec/run.ts";
import { parseYaml } from "../core/spec/yaml.ts";
import { decide } from "./gate.ts";
import { replay } from "./replay.ts";

export interface DecidedDocument {
  decision: GateDecision;
  /** The record as it was stored, when the document holds one, and the keys in which it differs from `decision`. */
  stored?: GateDecision;
  differences?: string[];
}

/**
 * Decides a document of gate facts, or decides a stored decision again from the facts beside it.
 *
 * @param text JSON or YAML
 * @param file its name in messages
 * @throws SpecError for a document that is neither, with the place of every problem
 */
export function decideDocument(text: string, file: string): DecidedDocument {
  const raw = parseYaml(z.looseObject({}), text, file);
  if ("decision" in raw) {
    const { facts, decision: stored } = parseYaml(DecisionRecord, text, file);
    const { decision, differences } = replay(facts, raw.decision);
    return { decision, stored, differences };
  }
  if ("factsDigest" in raw) {
    throw new SpecError([
      {
        code: "FactsMissing",
        message: "this is a decision without the facts it was made from",
        fix: "name the run's decision.json, which holds both",
        file,
      },
    ]);
  }
  return { decision: decide(parseYaml(GateFacts, text, file)) };
}
