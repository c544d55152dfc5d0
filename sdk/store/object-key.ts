import { StoreError } from "../../core/errors.ts";

const LONGEST_KEY = 1024;
const LONGEST_PART = 255;

/** Printable ASCII without the backslash, and no leading dot: such names belong to the drivers. */
const PART = /^(?!\.)[ -[\]-~]+$/;

/** What is wrong with a part of a key, or undefined. */
function faultOf(key: string): string | undefined {
  if (key === "") return "it is empty";
  if (key.length > LONGEST_KEY) return `it has more than ${LONGEST_KEY} characters`;
  for (const part of key.split("/")) {
    if (part === "") return 'it starts or ends with "/" or has "//" inside';
    if (part.startsWith(".")) return `its part "${part}" starts with a dot`;
    if (part.length > LONGEST_PART) return `one part has more than ${LONGEST_PART} characters`;
    if (!PART.test(part)) return "it has characters other than printable ASCII, or a backslash";
  }
  return undefined;
}

export const isObjectKey = (key: string): boolean => faultOf(key) === undefined;

/**
 * A key that every driver can hold, and that cannot leave the store: parts joined by "/".
 * @throws StoreError `WrongKey`
 */
export function checkKey(key: string): void {
  const fault = faultOf(key);
  if (fault) {
    throw new StoreError("WrongKey", `${JSON.stringify(key.slice(0, 80))} is no key: ${fault}`, {
      path: key,
      fix: 'use parts joined by "/", such as "ledger/2026/11/24/entry.json"',
    });
  }
}
