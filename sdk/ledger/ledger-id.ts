import { createHash } from "node:crypto";
import { decodeTime, encodeTime } from "ulid";
import { Ulid } from "../../core/spec/fields.ts";

/** Crockford's base 32 (github.com/ulid/spec). */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM_CHARACTERS = 16;

/**
 * The id of something that happens once: a ULID with the time of `at` and, in place of randomness, 80 bits of the sha256
 * of what it is about. Who repeats the step after a crash gets the same id, so a second record cannot appear.
 * @param kind `settled`, `promoted` …
 * @param subject what it happened to, such as a run id.
 */
export function ledgerId(at: string, kind: string, subject: string): string {
  const hash = createHash("sha256").update(`${kind}\n${subject}`).digest();
  const name = Array.from(hash.subarray(0, RANDOM_CHARACTERS), (byte) => ALPHABET[byte >> 3]);
  return encodeTime(Date.parse(at)) + name.join("");
}

/** Milliseconds since the epoch. */
export const timeOfId = (id: string): number => decodeTime(id);

export const isUlid = (text: string): boolean => Ulid.safeParse(text).success;
