import { type Bag, isBag, type Json, UNKNOWN } from "../property-value.ts";
import type { Failure } from "../provider-server.ts";
import { alsoAccepted } from "./also-accepted.ts";
import type { AwsRules, Properties, Property, Shape } from "./shape.ts";

const described = (value: Json): string =>
  Array.isArray(value)
    ? "a list"
    : value === null
      ? "null"
      : isBag(value)
        ? "an object"
        : `${typeof value} ${JSON.stringify(value)}`;

const needs = (shape: Shape): string => {
  if (typeof shape === "string") return `a ${shape}`;
  if ("array" in shape) return "a list";
  if ("enum" in shape) return "a string";
  if ("anyOf" in shape) return shape.anyOf.map(needs).join(" or ");
  return "an object";
};

/** All that is wrong with a resource's or a function's inputs: unknown, missing, of the wrong type, not in the list. */
export function checkProperties(
  rules: AwsRules,
  properties: Properties,
  given: Bag,
  path = "",
): Failure[] {
  const at = (key: string) => (path ? `${path}.${key}` : key);
  const missing = Object.entries(properties)
    .filter(([key, rule]) => rule.required && given[key] === undefined)
    .map(([key]) => ({
      property: at(key),
      reason: `the required property ${at(key)} is missing`,
    }));
  const wrong = Object.entries(given)
    .filter(([key]) => !key.startsWith("__"))
    .flatMap(([key, value]) => {
      const rule = properties[key];
      if (!rule)
        return [
          {
            property: at(key),
            reason: `@pulumi/aws ${rules.version} has no property ${at(key)}`,
          },
        ];
      return checkValue(rules, rule, value, at(key));
    });
  return [...missing, ...wrong];
}

function checkValue(rules: AwsRules, rule: Property, value: Json, path: string): Failure[] {
  const { shape } = rule;
  const fail = (reason: string) => [{ property: path, reason: `${reason}` }];
  const mismatch = () => fail(`${path} needs ${needs(shape)}, got ${described(value)}`);
  const oneOf = (accepted: readonly string[]) =>
    accepted.includes(value as string) || alsoAccepted(path, value as string)
      ? []
      : fail(`${path} is ${described(value)}, not one of ${listed(accepted)}`);
  if (value === UNKNOWN || shape === "any") return []; // "any": an asset or archive, too
  if (typeof shape === "string") {
    if (typeof value !== shape) return mismatch();
    return rule.values ? oneOf(rule.values) : [];
  }
  if ("enum" in shape) {
    if (typeof value !== "string") return mismatch();
    const accepted = rules.enums[shape.enum];
    return accepted ? oneOf(accepted) : [];
  }
  if ("anyOf" in shape) {
    const fits = shape.anyOf.some((one) => !checkValue(rules, { shape: one }, value, path).length);
    return fits ? [] : mismatch();
  }
  if ("array" in shape) {
    if (!Array.isArray(value)) return mismatch();
    return value.flatMap((item, i) =>
      checkValue(rules, { shape: shape.array }, item, `${path}[${i}]`),
    );
  }
  if (!isBag(value)) return mismatch();
  if ("map" in shape)
    return Object.entries(value).flatMap(([key, item]) =>
      checkValue(rules, { shape: shape.map }, item, `${path}[${JSON.stringify(key)}]`),
    );
  const properties = rules.objects[shape.object];
  return properties ? checkProperties(rules, properties, value, path) : [];
}

const listed = (values: readonly string[]): string =>
  values.length > 12
    ? `${values.slice(0, 12).join(", ")}, … (${values.length})`
    : values.join(", ");
