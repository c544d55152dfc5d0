import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, digestOf, isDigest, sha256, shortDigest } from "../../core/digest.ts";

/** The same value with the keys of every map in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
}

const json = fc.jsonValue({ depthSize: "small" });

describe("digests", () => {
  it("do not depend on the order of keys", () => {
    fc.assert(
      fc.property(json, (value) => void expect(digestOf(shuffled(value))).toBe(digestOf(value))),
    );
  });

  it("survive a trip through JSON", () => {
    fc.assert(
      fc.property(
        json,
        (value) => void expect(digestOf(JSON.parse(JSON.stringify(value)))).toBe(digestOf(value)),
      ),
    );
  });

  it("tell different values apart", () => {
    fc.assert(
      fc.property(
        json,
        json,
        (a, b) =>
          void expect(digestOf(a) === digestOf(b)).toBe(canonicalJson(a) === canonicalJson(b)),
      ),
    );
    expect(digestOf({ a: [1, 2] })).not.toBe(digestOf({ a: [2, 1] }));
    expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: "1" }));
  });

  it("are the sha256 of RFC 8785 JSON", () => {
    // Example of RFC 8785, section 3.2.3: keys by UTF-16 code unit, numbers as ECMAScript writes them.
    const value = JSON.parse(
      '{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], "literals": [null, true]}',
    );
    const text = '{"literals":[null,true],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}';
    expect(canonicalJson(value)).toBe(text);
    expect(digestOf(value)).toBe(sha256(text));
  });

  it("sha256 of bytes and of text is the published one", () => {
    // FIPS 180-4 example "abc".
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(sha256("abc")).toBe(abc);
    expect(sha256(new TextEncoder().encode("abc"))).toBe(abc);
    expect(isDigest(abc)).toBe(true);
    expect(shortDigest(abc)).toBe("ba7816bf8f01");
  });

  it.each(["", "abc", "G".repeat(64), "A".repeat(64), "a".repeat(65), `${"a".repeat(64)}\n`])(
    "%j is no digest",
    (text) => {
      expect(isDigest(text)).toBe(false);
    },
  );

  it("refuse what JSON cannot say", () => {
    expect(() => digestOf(undefined)).toThrow("value has no JSON form");
    expect(() => digestOf(Number.NaN)).toThrow();
    expect(() => digestOf(Number.POSITIVE_INFINITY)).toThrow();
  });
});
