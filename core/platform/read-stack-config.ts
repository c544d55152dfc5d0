import { parse } from "yaml";
import { z } from "zod";
import { instanceTypesOf } from "../catalog/instance-types.ts";
import { tierRecord } from "../catalog/tiers.ts";
import { nearest, parseSpec } from "../spec/parse.ts";
import { parseYaml } from "../spec/yaml.ts";
import { type PoolConfig, poolNameOf } from "./pool-config.ts";
import { STACK_KEYS, type StackConfig } from "./stack-config.ts";

/**
 * A stack's settings from its configuration: values by key, `tunekit:pools` and so on. Every problem is reported at once,
 * with its key. Keys of other namespaces, such as `aws:profile`, belong to others and are left alone.
 * @throws SpecError
 */
export const stackConfigOf = (values: Readonly<Record<string, unknown>>): StackConfig =>
  settings(parseSpec(valuesSchema(Object.keys(values)), values));

/** The same from the text of `Pulumi.<stack>.yaml`; problems carry file, line and column. @throws SpecError */
export function parseStackFile(text: string, file: string): StackConfig {
  const known = z.looseObject({ config: z.looseObject({}) });
  const schema = z.looseObject({ config: valuesSchema(keysOfConfig(known, text)) });
  return settings(parseYaml(schema, text, file).config as Values);
}

/** The keys under `config:`; none where the text cannot be read, which the strict parse then says. */
function keysOfConfig(known: z.ZodType<{ config: object }>, text: string): string[] {
  try {
    const read = known.safeParse(parse(text));
    return read.success ? Object.keys(read.data.config) : [];
  } catch {
    return [];
  }
}

const ours = (key: string): boolean =>
  key.startsWith("tunekit:") || Object.hasOwn(STACK_KEYS, key) || !key.includes(":");

function valuesSchema(keys: readonly string[]) {
  const foreign = keys.filter((key) => !ours(key)).map((key) => [key, z.unknown()] as const);
  return z
    .strictObject({ ...Object.fromEntries(foreign), ...STACK_KEYS })
    .superRefine((values, context) => {
      for (const { path, message, code, fix } of contradictions(values)) {
        context.addIssue({ code: "custom", path: [...path], message, params: { code, fix } });
      }
    });
}
type Values = z.output<z.ZodObject<typeof STACK_KEYS>>;

interface Contradiction {
  path: readonly PropertyKey[];
  message: string;
  code: string;
  fix: string;
}

/** What no single key can be wrong about. */
function contradictions(values: Values): Contradiction[] {
  const found: Contradiction[] = [];
  if (!("existing" in values["tunekit:cluster"]) && values["tunekit:network"] === undefined) {
    found.push({
      path: ["tunekit:network"],
      message: "is missing, and the stack makes a cluster",
      code: "NetworkMissing",
      fix: "add tunekit:network: {zones: [...]}, or use a cluster that is there with tunekit:cluster: {existing: ...}",
    });
  }
  for (const [index, pool] of values["tunekit:pools"].entries()) {
    const { tier, instanceTypes, reservation } = pool;
    const known = instanceTypesOf(tier).map(({ id }) => id);
    const named: { id: string; path: PropertyKey[] }[] = [
      ...(instanceTypes ?? []).map((id, at) => ({ id, path: ["instanceTypes", at] })),
      ...(reservation
        ? [{ id: reservation.instanceType, path: ["reservation", "instanceType"] }]
        : []),
    ];
    for (const { id, path } of named.filter((each) => !known.includes(each.id))) {
      const near = nearest(id, known);
      found.push({
        path: ["tunekit:pools", index, ...path],
        message: `is no machine of tier ${tier}`,
        code: "UnknownInstanceType",
        fix: near ? `did you mean "${near}"?` : `machines of ${tier}: ${known.join(", ")}`,
      });
    }
  }
  found.push(...values["tunekit:pools"].flatMap(partOfNode));
  const pools = values["tunekit:pools"].map(poolNameOf);
  for (const [index, team] of values["tunekit:teams"].entries()) {
    for (const key of ["guaranteed", "atMost"] as const) {
      for (const name of Object.keys(team[key]).filter((pool) => !pools.includes(pool))) {
        const near = nearest(name, pools);
        found.push({
          path: ["tunekit:teams", index, key, name],
          message: "is no pool of this stack",
          code: "UnknownPool",
          fix: near ? `did you mean "${near}"?` : `pools of this stack: ${pools.join(", ")}`,
        });
      }
    }
  }
  return found;
}

/** Nodes are rented whole, so a limit between two numbers of nodes would promise GPUs that never come. */
function partOfNode(pool: PoolConfig, index: number): Contradiction[] {
  if (pool.provisioner === "existing") return [];
  const named = pool.reservation ? [pool.reservation.instanceType] : pool.instanceTypes;
  const machines = instanceTypesOf(pool.tier).filter(({ id }) =>
    (named ?? tierRecord(pool.tier).instanceTypes).includes(id),
  );
  const gpus = Math.max(1, ...machines.map((machine) => machine.gpus));
  if (pool.maxGpus % gpus === 0) return [];
  const whole = Math.max(gpus, pool.maxGpus - (pool.maxGpus % gpus));
  return [
    {
      path: ["tunekit:pools", index, "maxGpus"],
      message: `is ${pool.maxGpus}, no whole number of nodes with ${gpus} GPUs each`,
      code: "PartOfNode",
      fix: `write ${whole} or another multiple of ${gpus}`,
    },
  ];
}

function settings(values: Values): StackConfig {
  const network = values["tunekit:network"];
  return {
    region: values["aws:region"],
    account: values["aws:allowedAccountIds"][0] as string,
    owner: values["tunekit:owner"],
    costCenter: values["tunekit:costCenter"],
    cluster: values["tunekit:cluster"],
    ...(network ? { network } : {}),
    pools: values["tunekit:pools"],
    teams: values["tunekit:teams"],
    spend: values["tunekit:spend"],
    registry: values["tunekit:registry"],
    charts: values["tunekit:charts"],
    egressCidrs: values["tunekit:egressCidrs"],
    platform: values["tunekit:platform"],
  };
}
