import { z } from "zod";

/** Field types of a stack's settings. */

export const Region = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
  .describe('an AWS region such as "us-east-1"');

export const Zone = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/)
  .describe('an availability zone such as "us-east-1a"');

export const Cidr = z
  .string()
  .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/)
  .describe('an IPv4 range such as "203.0.113.0/24"');

export const Role = z
  .string()
  .regex(/^arn:[a-z-]+:iam::\d{12}:(role|user)\/.+$/)
  .describe('the ARN of an IAM role or user, such as "arn:aws:iam::111122223333:role/platform"');

/** What a refinement says: message, code and fix. */
export const problem = (code: string, error: string, fix: string) => ({
  error,
  params: { code, fix },
});

/** Text that may stand in a tag of every AWS service. */
export const TagText = z
  .string()
  .regex(/^[\p{L}\p{N} +\-=._:/@]{1,256}$/u)
  .describe("up to 256 letters, digits, spaces and + - = . _ : / @");
