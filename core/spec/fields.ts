import { z } from "zod";
import { type MicroUsd, parseDuration, parseUsd, usdDecimal } from "../units.ts";

/**
 * Field types that several specs share. Humans write units; the parsed value is in seconds, bytes or micro-USD. They are
 * codecs: `z.encode` gives back the written form, so a stored spec is parsed again as what it was.
 */

const fail = (
  context: z.core.ParsePayload,
  input: unknown,
  code: string,
  message: string,
  fix: string,
): never => {
  context.issues.push({ code: "custom", input, message, params: { code, fix } });
  return z.NEVER;
};

/** A name that is also a Kubernetes label and an object-store key: `support-triage`. */
export const Name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/)
  .describe('lower-case letters, digits and "-" (at most 50), such as "support-triage"');

/** Seconds, written as `"15 min"`, `"2h"` or a number of seconds. */
export const Duration = z
  .codec(z.union([z.number(), z.string()]), z.number(), {
    decode: (value, context) => {
      const seconds = typeof value === "number" ? value : parseDuration(value);
      if (seconds !== undefined && seconds > 0) return seconds;
      return fail(
        context,
        value,
        "WrongDuration",
        `must be a duration above zero, not ${JSON.stringify(value)}`,
        'write it as "90s", "15 min", "2h" or "3d"',
      );
    },
    encode: (seconds) => seconds,
  })
  .describe('a duration such as "15 min"');

/** Micro-USD, written as `"0.05 USD"`, `"0.05"` or a number of USD. At most six decimals, 9 billion USD. */
export const Usd = z
  .codec(z.union([z.number(), z.string()]), z.number(), {
    decode: (value, context) => {
      const micro = microUsdOf(value);
      if (micro !== undefined && micro >= 0) return micro;
      return fail(
        context,
        value,
        "WrongAmount",
        `must be an amount of USD, zero or more, with at most six decimals, not ${JSON.stringify(value)}`,
        'write it as "0.05 USD"',
      );
    },
    encode: (micro) => `${usdDecimal(micro)} USD`,
  })
  .describe('an amount such as "0.05 USD"');

function microUsdOf(value: number | string): MicroUsd | undefined {
  try {
    if (typeof value === "string") return parseUsd(value.replace(/\s*USD$/, "").replace(/^\$/, ""));
    const text = value.toFixed(6);
    return Number(text) === value ? parseUsd(text) : undefined; // a rounded amount would be another amount
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A share or score between 0 and 1. */
export const Fraction = z.number().min(0).max(1);

/** ISO 8601 instant in UTC: `2026-11-24T09:30:00.000Z`. */
export const Instant = z.iso.datetime().describe('an instant such as "2026-11-24T09:30:00Z"');

export const DigestField = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe("a sha256 in lower-case hex");

/** ULID: sortable by time, unique. */
export const Ulid = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
  .describe("a ULID");
