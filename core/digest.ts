import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** sha256 in lower-case hex, 64 characters. */
export type Digest = string;

export const isDigest = (text: string): text is Digest => /^[0-9a-f]{64}$/.test(text);

export const sha256 = (data: string | Uint8Array): Digest =>
  createHash("sha256").update(data).digest("hex");

/** RFC 8785 canonical JSON: one value, one spelling. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("value has no JSON form");
  return text;
}

/** The name of a value: sha256 of its canonical JSON. */
export const digestOf = (value: unknown): Digest => sha256(canonicalJson(value));

/** The twelve characters shown to people. */
export const shortDigest = (digest: Digest): string => digest.slice(0, 12);
