import { z } from "zod";
import { parseDuration, parseUsd } from "../units.ts";

/** Field types that several specs share. Humans write units; the parsed value is in seconds, bytes or micro-USD. */

const fail = (context: z.RefinementCtx, code: string, message: string, fix: string): never => {
  context.addIssue({ code: "custom", message, params: { code, fix } });
  return z.NEVER;
};

/** A name that is also a Kubernetes label and an object-store key: `support-triage`. */
export const Name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/, {
  error:
    'must be lower-case letters, digits and "-", at most 50 characters, such as "support-triage"',
});

/** Seconds, written as `"15 min"`, `"2h"` or a number of seconds. */
export const Duration = z.union([z.number().positive(), z.string()]).transform((value, context) => {
  if (typeof value === "number") return value;
  return (
    parseDuration(value) ??
    fail(
      context,
      "WrongDuration",
      `"${value}" is no duration`,
      'write it as "90s", "15 min", "2h" or "3d"',
    )
  );
});

/** Micro-USD, written as `"0.05 USD"`, `"0.05"` or a number of USD. At most six decimals. */
export const Usd = z.union([z.number(), z.string()]).transform((value, context) => {
  try {
    const micro =
      typeof value === "number"
        ? parseUsd(value.toFixed(6))
        : parseUsd(value.replace(/\s*USD$/, "").replace(/^\$/, ""));
    if (micro >= 0) return micro;
  } catch {
    // falls through to the one message below
  }
  return fail(
    context,
    "WrongAmount",
    `${JSON.stringify(value)} is no amount`,
    'write it as "0.05 USD"',
  );
});

/** A share or score between 0 and 1. */
export const Fraction = z.number().min(0).max(1);

/** ISO 8601 instant in UTC: `2026-11-24T09:30:00.000Z`. */
export const Instant = z.iso.datetime();

export const DigestField = z
  .string()
  .regex(/^[0-9a-f]{64}$/, { error: "must be a sha256 in lower-case hex" });

/** ULID: sortable by time, unique. */
export const Ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, { error: "must be a ULID" });
