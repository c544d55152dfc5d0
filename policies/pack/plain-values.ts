import { UnknownValueError } from "@pulumi/policy";
import { UNKNOWN } from "./rules/rule.ts";

/**
 * A copy of what the analyzer hands over, with `UNKNOWN` where reading a value throws because a preview does not know it.
 * Left to itself, such a read turns the whole rule into a mere advice.
 */
export function plainValues(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const read = (key: string | number): unknown => {
    try {
      return plainValues((value as Record<string | number, unknown>)[key]);
    } catch (error) {
      if (error instanceof UnknownValueError) return UNKNOWN;
      throw error;
    }
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(index));
  return Object.fromEntries(Object.keys(value).map((key) => [key, read(key)]));
}
