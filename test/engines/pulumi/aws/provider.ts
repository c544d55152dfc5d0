/**
 * Stand-in AWS provider: the real Pulumi engine's calls, answered from a JSON file by the rules of the pinned SDK. It
 * proves programs against the SDK's own types and against the rules written beside this file; it proves nothing about AWS.
 * Environment: TUNEKIT_AWS_STATE (store.ts) and TUNEKIT_AWS_RULES (rules-file.ts).
 */
import { type Changes, changesBetween } from "../property-changes.ts";
import type { Bag } from "../property-value.ts";
import { type Provider, serve } from "../provider-server.ts";
import { type Account, accountOf, hexOf } from "./account.ts";
import { checkProperties } from "./check-properties.ts";
import { callFunction } from "./functions.ts";
import { orderedFault, refuseCreate, refuseDangling, refuseDelete } from "./guards.ts";
import { idOf } from "./identity.ts";
import { outputsFor } from "./outputs.ts";
import { replaceOnChange } from "./replace-on-change.ts";
import { loadRules } from "./rules-file.ts";
import type { ResourceRules } from "./shape.ts";
import { type AwsState, changeState, type Fault, keyOf, readState, recordCall } from "./store.ts";

const setting = (name: string): string =>
  process.env[name] ??
  (() => {
    throw new Error(`${name} is not set`);
  })();

const rules = loadRules(setting("TUNEKIT_AWS_RULES"));
const file = setting("TUNEKIT_AWS_STATE");
let account: Account;

function rulesOf(type: string): ResourceRules {
  const known = rules.resources[type];
  if (!known) throw new Error(`@pulumi/aws ${rules.version} has no resource type ${type}`);
  return known;
}

/** The name that the provider makes up, kept over updates; a given prefix is honoured. */
function withName(
  named: string | undefined,
  inputs: Bag,
  olds: Bag,
  generated: string,
  suffix: string,
): Bag {
  if (!named || inputs[named] !== undefined) return inputs;
  const prefix = inputs[`${named}Prefix`];
  const fresh = typeof prefix === "string" ? `${prefix}${suffix}` : generated;
  const kept = olds[named];
  const stays = typeof kept === "string" && (typeof prefix !== "string" || kept.startsWith(prefix));
  return { ...inputs, [named]: stays ? kept : fresh };
}

/** `n` counts the resources ever made: two of one name, the old and its replacement, get different ids. */
const seedOf = (urn: string, n: number): string => hexOf(`${urn}#${n}`, 40);

/** One change of the account, unless the test ordered a fault for it: that is counted and thrown. */
function act<T>(type: string, method: Fault["method"], change: (state: AwsState) => T): T {
  const outcome = changeState(file, (state) => {
    const fault = orderedFault(state, type, method);
    return fault ? { fault } : { value: change(state) };
  });
  if ("fault" in outcome) throw new Error(outcome.fault.message);
  return outcome.value;
}

const provider: Provider = {
  version: rules.version,
  configure: (args) => {
    account = accountOf(args);
  },
  async check({ type, name, olds, news, suffix }) {
    const { inputs: properties, named } = rulesOf(type);
    replaceOnChange(type);
    const inputs = withName(named, news, olds, `${name}-${suffix(7)}`, suffix(26));
    return { inputs, failures: checkProperties(rules, properties, inputs) };
  },
  async diff({ type, oldInputs, news }): Promise<Changes> {
    const documented = Object.entries(rulesOf(type).inputs)
      .filter(([, rule]) => rule.replaces)
      .map(([key]) => key);
    return { changes: changesBetween(oldInputs, news, [...replaceOnChange(type), ...documented]) };
  },
  async create({ urn, type, name, news, preview }) {
    const made = { type, inputs: news, id: "", seed: "", account };
    if (preview) return { id: "", state: outputsFor(rules, made, true) };
    return act(type, "create", (state) => {
      const seed = seedOf(urn, state.made);
      const id = idOf(type, news, rulesOf(type).named, account, seed);
      refuseCreate(state, type, id, news);
      const outputs = outputsFor(rules, { ...made, id, seed }, false);
      state.made += 1;
      state.resources[keyOf(type, id)] = { inputs: news, state: outputs };
      recordCall(file, { method: "create", type, name, id });
      return { id, state: outputs };
    });
  },
  async read({ type, id }) {
    const found = readState(file).resources[keyOf(type, id)];
    return found && { id, ...found };
  },
  async update({ urn, type, name, id, news, preview }) {
    const updated = (state: AwsState): Bag => {
      const before = state.resources[keyOf(type, id)];
      if (!before) throw new Error(`NotFound: ${type} ${id} is gone. Fix: pulumi refresh.`);
      const made = { type, inputs: news, id, seed: seedOf(urn, 0), account };
      return outputsFor(rules, made, preview, before);
    };
    if (preview) return updated(readState(file));
    return act(type, "update", (state) => {
      const outputs = updated(state);
      refuseDangling(state, type, id, news);
      state.resources[keyOf(type, id)] = { inputs: news, state: outputs };
      recordCall(file, { method: "update", type, name, id });
      return outputs;
    });
  },
  async delete({ type, name, id }) {
    act(type, "delete", (state) => {
      if (!state.resources[keyOf(type, id)]) return; // someone deleted it: that is what was wanted
      refuseDelete(state, type, id);
      delete state.resources[keyOf(type, id)];
      recordCall(file, { method: "delete", type, name, id });
    });
  },
  invoke: async (token, args) => callFunction(rules, token, args, account, readState(file)),
};

serve(provider);
