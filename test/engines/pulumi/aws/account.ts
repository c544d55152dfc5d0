import { createHash } from "node:crypto";
import type { Bag, Json } from "../property-value.ts";

/** Where and who: what the provider's configuration says, and the one account that exists. */
export interface Account {
  id: string;
  region: string;
  defaultTags: Record<string, string>;
}

export const ACCOUNT_ID = "111122223333"; // the account of AWS's own examples

/** The engine sends nested provider settings as JSON text. */
const nested = (value: Json | undefined): Json | undefined =>
  typeof value === "string" ? JSON.parse(value) : value;

export function accountOf(args: Bag): Account {
  const region = args.region ?? process.env.AWS_REGION;
  if (typeof region !== "string")
    throw new Error("No AWS region is set. Fix: pulumi config set aws:region us-east-1.");
  const allowed = nested(args.allowedAccountIds);
  if (Array.isArray(allowed) && !allowed.includes(ACCOUNT_ID))
    throw new Error(`AWS account ID not allowed: ${ACCOUNT_ID}`);
  const tags = nested(args.defaultTags) as { tags?: Record<string, string> } | undefined;
  return { id: ACCOUNT_ID, region, defaultTags: tags?.tags ?? {} };
}

/** A stable hexadecimal number for the nth resource: ids differ between resources and never between runs. */
export const hexOf = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

export const uuidOf = (text: string): string =>
  hexOf(text, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
