import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { SpecError } from "../../../core/errors.ts";
import {
  DigestField,
  Duration,
  Fraction,
  Instant,
  Name,
  Ulid,
  Usd,
} from "../../../core/spec/fields.ts";
import { parseSpec } from "../../../core/spec/parse.ts";
import { usdDecimal } from "../../../core/units.ts";

/** The code of the problem, or the parsed value. */
function outcome(schema: z.ZodType, value: unknown): unknown {
  try {
    return parseSpec(schema, value);
  } catch (error) {
    if (error instanceof SpecError) return error.code;
    throw error;
  }
}

describe("Usd", () => {
  it("keeps every amount to the micro-dollar, as text and as a number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (micro) => {
        expect(Usd.parse(usdDecimal(micro))).toBe(micro);
        expect(Usd.parse(`${usdDecimal(micro)} USD`)).toBe(micro);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e15 }), (micro) => {
        expect(Usd.parse(Number(usdDecimal(micro)))).toBe(micro);
      }),
    );
  });

  it.each([
    ["0.05 USD", 50_000],
    ["0.05", 50_000],
    ["$3", 3_000_000],
    [0.05, 50_000],
    [0, 0],
    ["1,000 USD", "WrongAmount"],
    ["5 EUR", "WrongAmount"],
    ["-1 USD", "WrongAmount"],
    [-0.5, "WrongAmount"],
    [1e-7, "WrongAmount"],
    ["0.0000001", "WrongAmount"],
    [1e12, "WrongAmount"],
    [1e300, "WrongAmount"],
    ["", "WrongAmount"],
    [Number.NaN, "WrongType"],
    [null, "MissingValue"],
  ])("%j gives %j", (value, expected) => {
    expect(outcome(Usd, value)).toBe(expected);
  });
});

describe("Duration", () => {
  it.each([
    ["15 min", 900],
    ["2h", 7_200],
    [90, 90],
    [0, "WrongDuration"],
    [-1, "WrongDuration"],
    ["0 min", "WrongDuration"],
    ["90", "WrongDuration"],
    ["2 hours", "WrongDuration"],
    [true, "WrongType"],
  ])("%j gives %j", (value, expected) => {
    expect(outcome(Duration, value)).toBe(expected);
  });
});

describe("Name", () => {
  it.each(["a", "support-triage", "7b", "a".repeat(50)])("takes %s", (name) => {
    expect(outcome(Name, name)).toBe(name);
  });

  it.each(["", "-a", "a-", "A", "a_b", "a.b", "a/b", "..", "é", "a".repeat(51), "a\n"])(
    "refuses %j",
    (name) => {
      expect(outcome(Name, name)).toBe("WrongValue");
    },
  );
});

describe("stored fields", () => {
  it.each([
    [Fraction, 0.5, 0.5],
    [Fraction, 1.01, "TooBig"],
    [Fraction, -0.01, "TooSmall"],
    [Instant, "2026-11-24T09:30:00.000Z", "2026-11-24T09:30:00.000Z"],
    [Instant, "2026-11-24", "WrongValue"],
    [Instant, "2026-11-24T09:30:00+01:00", "WrongValue"],
    [DigestField, "a".repeat(64), "a".repeat(64)],
    [DigestField, "A".repeat(64), "WrongValue"],
    [Ulid, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAV"],
    [Ulid, "81ARZ3NDEKTSV4RRFFQ69G5FAV", "WrongValue"],
  ] as const)("%# %o reads %j as %j", (schema, value, expected) => {
    expect(outcome(schema, value)).toBe(expected);
  });
});
