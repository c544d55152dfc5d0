import { createHash } from "node:crypto";
import type { Bag } from "../property-value.ts";

/** Where and who: what the provider's configuration says, and the one account that exists. */
export interface Account {
  id: string;
  region: string;
  defaultTags: Record<string, string>;
}

export const ACCOUNT_ID = "111122223333"; // the account of AWS's own examples

export function accountOf(args: Bag): Account {
  const region = args.region ?? process.env.AWS_REGION;
  if (typeof region !== "string")
    throw new Error("No AWS region is set. Fix: pulumi config set aws:region us-east-1.");
  // The engine sends nested provider settings as JSON text.
  const given =
    typeof args.defaultTags === "string" ? JSON.parse(args.defaultTags) : args.defaultTags;
  return { id: ACCOUNT_ID, region, defaultTags: given?.tags ?? {} };
}

/** A stable hexadecimal number for the nth resource: ids differ between resources and never between runs. */
export const hexOf = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

export const uuidOf = (text: string): string =>
  hexOf(text, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
