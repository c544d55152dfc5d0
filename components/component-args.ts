import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/**
 * Fields of component arguments. Everything is a plain value, so that policies and previews see it; only what another
 * resource makes (an id, an ARN) may be an output that is not known yet.
 */

/** Text that another resource may make: a plain string or an output of one. */
export const MadeText = z
  .custom<pulumi.Input<string>>(
    (value) =>
      (typeof value === "string" && value.length > 0) ||
      pulumi.Output.isInstance(value) ||
      value instanceof Promise,
  )
  .describe("text, or an output of another resource");

/** A list that another resource may make. */
export const MadeTexts = z
  .custom<pulumi.Input<pulumi.Input<string>[]>>(
    (value) =>
      (Array.isArray(value) && value.length > 0) ||
      pulumi.Output.isInstance(value) ||
      value instanceof Promise,
  )
  .describe("a list of texts, or an output of another resource");

/** Tags of every cloud resource; the cost reports group by them. */
export const Tags = z
  .record(z.string().min(1).max(128), z.string().max(256))
  .default({})
  .describe("tags such as {team: research}");

export const Cidr = z
  .string()
  .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/)
  .describe('an IPv4 range such as "10.0.0.0/16"');

export const Arn = z
  .string()
  .regex(/^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:\d*:.+$/)
  .describe('an ARN such as "arn:aws:iam::123456789012:role/deployer"');

export const RoleArn = z
  .string()
  .regex(/^arn:[a-z-]+:iam::\d{12}:(role|user)\/.+$/)
  .describe(
    'the ARN of an IAM role or user, such as "arn:aws:iam::123456789012:role/deployer" (never a session)',
  );

export const Zone = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/)
  .describe('an availability zone such as "eu-central-1a"');
