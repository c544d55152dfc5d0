import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstNonFinite, readTensors, valuesOf } from "../../../sdk/registry/safetensors.ts";
import { safetensors, type TensorSource, withHeader } from "../../support/safetensors.ts";

const tensor = (name: string, start: number, end: number, shape: unknown = [1], dtype = "F32") => ({
  [name]: { dtype, shape, data_offsets: [start, end] },
});
const file = (header: object, bytes: number) =>
  withHeader(JSON.stringify(header), Buffer.alloc(bytes));

describe("readTensors", () => {
  it("reads what the writer wrote, for any names, shapes and types", () => {
    const source: fc.Arbitrary<TensorSource[]> = fc.uniqueArray(
      fc
        .record({
          name: fc
            .string({ minLength: 1 })
            .filter((name) => name !== "__metadata__" && name !== "__proto__"),
          dtype: fc.constantFrom("F32", "F16", "BF16"),
          shape: fc.array(fc.nat(4), { maxLength: 3 }),
        })
        .map((entry) => ({
          ...entry,
          values: Array.from({ length: entry.shape.reduce((a, b) => a * b, 1) }, () => 1),
        })),
      { selector: ({ name }) => name, maxLength: 5 },
    );
    fc.assert(
      fc.property(source, (tensors) => {
        const bytes = safetensors(tensors, { format: "pt" });
        const read = readTensors(bytes);
        const plain = (list: readonly { name: string; dtype: string; shape: number[] }[]) =>
          list
            .map(({ name, dtype, shape }) => ({ name, dtype, shape }))
            .sort((a, b) => (a.name < b.name ? -1 : 1));
        expect(plain(read)).toEqual(plain(tensors));
        for (const one of read) expect(firstNonFinite(bytes, one)).toBeUndefined();
      }),
    );
  });

  it("counts values, one for a scalar and none for an empty tensor", () => {
    const [scalar, empty] = readTensors(
      safetensors([
        { name: "a", dtype: "F32", shape: [], values: [1] },
        { name: "b", dtype: "F32", shape: [3, 0], values: [] },
      ]),
    );
    expect(scalar && valuesOf(scalar)).toBe(1);
    expect(empty && valuesOf(empty)).toBe(0);
  });

  it("reads a view that starts at any byte of a larger buffer", () => {
    const bytes = safetensors([{ name: "a", dtype: "F32", shape: [2], values: [1, Number.NaN] }]);
    const shifted = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
    const [one] = readTensors(shifted);
    expect(one && firstNonFinite(shifted, one)).toBe(1);
  });

  const huge = Buffer.alloc(16);
  huge.writeBigUInt64LE(2n ** 63n);
  it.each<[string, Uint8Array, string, string]>([
    [
      "nothing",
      Buffer.alloc(0),
      "SafetensorsTruncated",
      "it has 0 bytes, fewer than its first field",
    ],
    [
      "seven bytes",
      Buffer.alloc(7),
      "SafetensorsTruncated",
      "it has 7 bytes, fewer than its first field",
    ],
    [
      "a header of exabytes",
      huge,
      "SafetensorsHeader",
      "its header would have 9223372036854775808 bytes, more than 100 MB",
    ],
    [
      "a cut header",
      withHeader('{"a":1}').subarray(0, 12),
      "SafetensorsTruncated",
      "its header ends at byte 15 of 12",
    ],
    [
      "a pickle",
      Buffer.from("\x80\x02}q\0.ctorch\nload\n"),
      "SafetensorsHeader",
      "bytes, more than 100 MB",
    ],
    ["no JSON", withHeader("{"), "SafetensorsHeader", "its header is no JSON"],
    ["an array", withHeader("[]"), "SafetensorsHeader", "its header is no JSON object"],
    [
      "wrong UTF-8",
      Buffer.concat([withHeader("ab").subarray(0, 8), Buffer.from([0xff, 0xfe])]),
      "SafetensorsHeader",
      "its header is no JSON",
    ],
    [
      "no entry",
      file({ a: null }, 0),
      "SafetensorsTensor",
      'tensor "a" has no known dtype, shape and data_offsets',
    ],
    [
      "an unknown type",
      file(tensor("a", 0, 4, [1], "F99"), 4),
      "SafetensorsTensor",
      'tensor "a" has no known dtype',
    ],
    [
      "a negative shape",
      file(tensor("a", 0, 4, [-1]), 4),
      "SafetensorsTensor",
      'tensor "a" has no known dtype',
    ],
    [
      "half an element",
      file(tensor("a", 0, 4, [0.5]), 4),
      "SafetensorsTensor",
      'tensor "a" has no known dtype',
    ],
    [
      "bytes past the end",
      file(tensor("a", 0, 8, [2]), 4),
      "SafetensorsBounds",
      'tensor "a" has its bytes at [0,8], outside the data',
    ],
    [
      "an end before the start",
      file(tensor("a", 4, 0), 4),
      "SafetensorsBounds",
      'tensor "a" has its bytes at [4,0], outside the data',
    ],
    [
      "three offsets",
      file({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4, 4] } }, 4),
      "SafetensorsBounds",
      "[0,4,4]",
    ],
    [
      "a shape too large",
      file(tensor("a", 0, 4, [2]), 4),
      "SafetensorsSize",
      'tensor "a" has 4 bytes; its shape [2] of F32 needs 8',
    ],
    [
      "a shape beyond numbers",
      file(tensor("a", 0, 4, [2 ** 50, 2 ** 50]), 4),
      "SafetensorsSize",
      'tensor "a" has 4 bytes',
    ],
    [
      "two tensors on one byte",
      file({ ...tensor("a", 0, 8, [2]), ...tensor("b", 4, 8) }, 8),
      "SafetensorsOverlap",
      'tensor "b" shares bytes with the one before it',
    ],
    [
      "two tensors in one place",
      file({ ...tensor("a", 0, 4), ...tensor("b", 0, 4) }, 4),
      "SafetensorsOverlap",
      'tensor "b" shares bytes',
    ],
    [
      "a gap",
      file({ ...tensor("a", 0, 4), ...tensor("b", 8, 12) }, 12),
      "SafetensorsGap",
      '4 bytes before "b" are no tensor\'s',
    ],
    [
      "bytes left over",
      file(tensor("a", 0, 4), 9),
      "SafetensorsGap",
      "5 bytes at the end are no tensor's",
    ],
  ])("refuses %s", (_, bytes, code, message) => {
    const read = () => readTensors(bytes);
    expect(read).toThrow(
      expect.objectContaining({
        name: "RegistryError",
        code,
        message: expect.stringContaining(message),
        fix: "write the file again with safetensors; a broken or cut copy can't be mended",
      }),
    );
  });
});

describe("firstNonFinite", () => {
  // IEEE 754: all exponent bits set. Largest finite, infinity, negative infinity, quiet NaN, signalling NaN.
  it.each<[TensorSource["dtype"], number, number[]]>([
    ["F32", 3.4028234663852886e38, [Infinity, -Infinity, Number.NaN]],
    ["F16", 0x7bff, [0x7c00, 0xfc00, 0x7e00, 0x7c01]],
    ["BF16", 0x7f7f, [0x7f80, 0xff80, 0x7fc0, 0x7f81]],
  ])("finds NaN and infinity in %s and lets the largest number pass", (dtype, largest, bad) => {
    for (const value of bad) {
      const bytes = safetensors([
        { name: "a", dtype, shape: [3], values: [0, largest, largest] },
        { name: "b", dtype, shape: [3], values: [0, largest, value] },
      ]);
      const [first, second] = readTensors(bytes);
      expect(first && firstNonFinite(bytes, first)).toBeUndefined();
      expect(second && firstNonFinite(bytes, second)).toBe(2);
    }
  });
});
