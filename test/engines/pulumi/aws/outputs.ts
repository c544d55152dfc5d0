import { type Bag, hasUnknown, isBag, type Json, UNKNOWN, valuesAt } from "../property-value.ts";
import { type Account, hexOf } from "./account.ts";
import { arnOf, partsOf } from "./identity.ts";
import type { AwsRules, Properties, ResourceRules, Shape } from "./shape.ts";

export interface Made {
  type: string;
  inputs: Bag;
  id: string;
  seed: string;
  account: Account;
}

type Fact = (made: Made) => Json;

/** Outputs whose form matters to a program. All others are made up from their type and say so by their looks. */
const FACTS: Record<string, Record<string, Fact>> = {
  "ec2/eip": { publicIp: ({ seed }) => `198.51.100.${Number.parseInt(hexOf(seed, 2), 16)}` },
  "ec2/launchTemplate": { latestVersion: () => 1, defaultVersion: () => 1 },
  "ec2/natGateway": { publicIp: ({ seed }) => `198.51.100.${Number.parseInt(hexOf(seed, 2), 16)}` },
  "eks/cluster": {
    certificateAuthority: ({ id }) => ({
      data: Buffer.from(`certificate of ${id}`).toString("base64"),
    }),
    endpoint: ({ seed, account }) =>
      `https://${hexOf(seed, 32).toUpperCase()}.gr7.${account.region}.eks.amazonaws.com`,
    identities: ({ seed, account }) => [
      {
        oidcs: [
          {
            issuer: `https://oidc.eks.${account.region}.amazonaws.com/id/${hexOf(seed, 32).toUpperCase()}`,
          },
        ],
      },
    ],
    status: () => "ACTIVE",
  },
  "eks/nodeGroup": { status: () => "ACTIVE" },
  "eks/podIdentityAssociation": { associationId: ({ id }) => id },
  "kms/key": { keyId: ({ id }) => id },
  "s3/bucket": {
    bucketDomainName: ({ id }) => `${id}.s3.amazonaws.com`,
    bucketRegionalDomainName: ({ id, account }) => `${id}.s3.${account.region}.amazonaws.com`,
  },
  "sqs/queue": { url: ({ id }) => id },
};

/** Outputs that an update changes. */
const MOVES_ON_UPDATE: Record<string, Record<string, (before: Json) => Json>> = {
  "ec2/launchTemplate": { latestVersion: (before) => Number(before) + 1 },
};

const keyOf = (type: string): string => Object.values(partsOf(type)).join("/");

const ID_PREFIXES: [RegExp, string][] = [
  [/securityGroupId$/i, "sg"],
  [/subnetId$/i, "subnet"],
  [/vpcId$/i, "vpc"],
];

function textOf(made: Made, path: string): string {
  const name = path.split(".").at(-1) as string;
  if (/arn$/i.test(name)) return arnOf(made.type, made.inputs, made.id, made.account, made.seed);
  if (/(accountId|ownerId)$/i.test(name)) return made.account.id;
  if (/(At|Date|Time)$/.test(name)) return "2026-01-01T00:00:00Z";
  const unique = hexOf(made.seed + path, 16);
  const [, prefix] = ID_PREFIXES.find(([ending]) => ending.test(name)) ?? [];
  return prefix ? `${prefix}-0${unique}` : `${name}-${unique}`;
}

function invented(
  rules: AwsRules,
  made: Made,
  shape: Shape,
  path: string,
  onlyOutput: boolean,
): Json {
  if (shape === "string" || shape === "any") return textOf(made, path);
  if (shape === "number") return 0;
  if (shape === "boolean") return false;
  if ("array" in shape) return onlyOutput ? [invented(rules, made, shape.array, path, true)] : [];
  if ("map" in shape) return {};
  if ("enum" in shape) return rules.enums[shape.enum]?.[0] ?? textOf(made, path);
  if ("anyOf" in shape) return invented(rules, made, shape.anyOf[0] as Shape, path, onlyOutput);
  return complete(rules.objects[shape.object] ?? {}, {}, (key, inner) =>
    invented(rules, made, inner, `${path}.${key}`, onlyOutput),
  );
}

type Fill = (key: string, shape: Shape) => Json;

function complete(properties: Properties, given: Bag, fill: Fill): Bag {
  const added = Object.entries(properties)
    .filter(([key, rule]) => rule.required && given[key] === undefined)
    .map(([key, rule]) => [key, fill(key, rule.shape)]);
  return { ...given, ...Object.fromEntries(added) };
}

/** What a given object has more as an output: the cluster's `vpcConfig` gains `vpcId`. */
function deepen(
  rules: AwsRules,
  given: Json,
  shape: Shape,
  path: string,
  fill: (path: string, shape: Shape) => Json,
): Json {
  if (typeof shape === "string" || given === UNKNOWN) return given;
  if ("array" in shape && Array.isArray(given))
    return given.map((item) => deepen(rules, item, shape.array, path, fill));
  if (!("object" in shape) || !isBag(given)) return given;
  const properties = rules.objects[shape.object] ?? {};
  const whole = complete(properties, given, (key, inner) => fill(`${path}.${key}`, inner));
  return Object.fromEntries(
    Object.entries(whole).map(([key, value]) => {
      const inner = properties[key]?.shape;
      return [key, inner ? deepen(rules, value, inner, `${path}.${key}`, fill) : value];
    }),
  );
}

function tagsAll(inputs: Bag, account: Account): Json {
  if (inputs.tags === UNKNOWN || hasUnknown(inputs.tags)) return UNKNOWN;
  return { ...account.defaultTags, ...(isBag(inputs.tags) ? inputs.tags : {}) };
}

export interface Before {
  inputs: Bag;
  state: Bag;
}

/**
 * The resource's state: its inputs and all that the provider fills in, unknown where a preview cannot know it yet. What
 * was filled in `before` an update stays.
 */
export function outputsFor(rules: AwsRules, made: Made, preview: boolean, before?: Before): Bag {
  const { inputs, outputs } = rules.resources[made.type] as ResourceRules;
  const facts = FACTS[keyOf(made.type)] ?? {};
  const moves = MOVES_ON_UPDATE[keyOf(made.type)] ?? {};
  const state: Bag = {};
  for (const [key, output] of Object.entries(outputs)) {
    const given = made.inputs[key];
    const kept = before && before.inputs[key] === undefined ? before.state[key] : undefined;
    const fill = (path: string, shape: Shape): Json => {
      const [prior] = before ? valuesAt(before.state, path.split(".")) : [];
      return prior ?? (preview ? UNKNOWN : invented(rules, made, shape, path, !inputs[key]));
    };
    if (given !== undefined) state[key] = deepen(rules, given, output.shape, key, fill);
    else if (key === "tagsAll") state[key] = tagsAll(made.inputs, made.account);
    else if (key === "region" && output.always) state[key] = made.account.region;
    else if (moves[key] && kept !== undefined) state[key] = preview ? UNKNOWN : moves[key](kept);
    else if (kept !== undefined) state[key] = kept;
    else if (facts[key]) state[key] = preview ? UNKNOWN : facts[key](made);
    else if (output.always) state[key] = preview ? UNKNOWN : fill(key, output.shape);
  }
  return { ...made.inputs, ...state };
}
