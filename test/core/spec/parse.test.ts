import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SpecError } from "../../../core/errors.ts";
import { nearest, parseSpec } from "../../../core/spec/parse.ts";

function problems(schema: z.ZodType, value: unknown) {
  try {
    parseSpec(schema, value);
  } catch (error) {
    if (error instanceof SpecError) return error.problems;
    throw error;
  }
  return [];
}

describe("nearest", () => {
  it.each([
    ["ownr", ["name", "owner"], "owner"],
    ["TIERS", ["tiers", "capacity"], "tiers"],
    ["a100", ["a100-40", "a100-80", "h100-80"], undefined],
    ["rev", ["model", "revision"], "revision"],
    ["re", ["model", "revision"], undefined],
    ["gpu", ["steps", "batchSize"], undefined],
    ["x", [], undefined],
  ])("of %j among %j is %j", (word, allowed, expected) => {
    expect(nearest(word, allowed)).toBe(expected);
  });

  it("of an allowed word is the word itself", () => {
    const words = fc.uniqueArray(fc.string({ minLength: 1 }), {
      minLength: 1,
      selector: (word) => word.toLowerCase(),
    });
    fc.assert(
      fc.property(words, (allowed) => {
        for (const word of allowed) expect(nearest(word, allowed)).toBe(word);
      }),
    );
  });
});

describe("parseSpec", () => {
  it("needs no file: a problem then has a path and no line", () => {
    expect(problems(z.strictObject({ steps: z.number().int() }), { steps: "x" })).toEqual([
      {
        code: "WrongType",
        path: "steps",
        message: 'steps must be a whole number, not "x"',
        fix: "write a whole number",
      },
    ]);
  });

  it("names entries of lists and of records", () => {
    const schema = z.strictObject({
      rows: z.array(z.strictObject({ name: z.string() })),
      byId: z.record(z.string(), z.strictObject({ size: z.number() })),
    });
    expect(problems(schema, { rows: [{ nam: "a" }], byId: { b: { siz: 1 } } })).toEqual([
      {
        code: "UnknownKey",
        path: "rows[0].nam",
        message: 'unknown key "nam" in rows[0]',
        fix: 'did you mean "name"?',
      },
      {
        code: "UnknownKey",
        path: "byId.b.siz",
        message: 'unknown key "siz" in byId.b',
        fix: 'did you mean "size"?',
      },
    ]);
  });

  it("says what a list and a text may hold at most", () => {
    const schema = z.strictObject({ a: z.array(z.string()).max(1), b: z.string().max(2) });
    expect(problems(schema, { a: ["x", "y"], b: "xyz" })).toEqual([
      {
        code: "TooBig",
        path: "a",
        message: "a must have at most 1 entry",
        fix: "write at most 1 entry",
      },
      {
        code: "TooBig",
        path: "b",
        message: "b must have at most 2 characters",
        fix: "write at most 2 characters",
      },
    ]);
  });

  it("looks through defaults, options and transforms", () => {
    const size = z.number().transform((value) => value * 2);
    const schema = z.strictObject({ size: size.optional(), depth: size.nullable().default(1) });
    expect(problems(schema, { size: "x", depth: "y" }).map(({ message }) => message)).toEqual([
      'size must be a number, not "x"',
      'depth must be a number, not "y"',
    ]);
  });

  it("takes code and fix from a check that brings its own", () => {
    const own = z.string().superRefine((_, context) => {
      context.addIssue({ code: "custom", message: "is odd", params: { code: "Odd", fix: "even" } });
    });
    const plain = z.string().refine(() => false, { error: "is wrong" });
    expect(problems(z.strictObject({ own, plain }), { own: "a", plain: "b" })).toEqual([
      { code: "Odd", path: "own", message: "own is odd", fix: "even" },
      { code: "WrongValue", path: "plain", message: "plain is wrong", fix: "write text" },
    ]);
  });

  it("spells a number without quotes, and takes no text for a misspelt number", () => {
    const schema = z.strictObject({ schemaVersion: z.literal(1) });
    expect(problems(schema, {}).map(({ fix }) => fix)).toEqual(['add "schemaVersion": 1']);
    expect(problems(schema, { schemaVersion: "1" })).toEqual([
      {
        code: "WrongValue",
        path: "schemaVersion",
        message: 'schemaVersion cannot be "1"',
        fix: "allowed: 1",
      },
    ]);
  });

  it("tells of another kind of document alone, and of a misspelt kind beside the rest", () => {
    const schema = z.strictObject({ kind: z.literal("Job"), steps: z.number() });
    expect(problems(schema, { kind: "PromptSearch", prompts: [] })).toEqual([
      {
        code: "WrongKind",
        path: "kind",
        message: "this is a PromptSearch, not a Job",
        fix: 'name a file that begins with "kind: Job"',
      },
    ]);
    const codes = problems(schema, { kind: "job" }).map(({ code }) => code);
    expect(codes).toEqual(["WrongValue", "MissingKey"]);
  });

  it("never crashes and always names a fix, whatever the value is", () => {
    const schema = z.strictObject({
      a: z.union([z.number(), z.strictObject({ b: z.string() }), z.array(z.boolean())]),
      c: z.enum(["x", "y"]).optional(),
    });
    const anything = fc.oneof(fc.jsonValue(), fc.record({ a: fc.jsonValue(), c: fc.jsonValue() }));
    fc.assert(
      fc.property(anything, (value) => {
        for (const { code, message, fix } of problems(schema, value)) {
          expect(code).toMatch(/^[A-Z][A-Za-z]+$/);
          expect(message).not.toMatch(/\[object/);
          expect(fix).not.toMatch(/undefined|null|\[object/);
        }
      }),
    );
  });
});
