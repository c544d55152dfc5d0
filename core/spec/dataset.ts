import { z } from "zod";
import { DigestField, Fraction, Instant } from "./fields.ts";

export const SPLITS = ["train", "validation", "test"] as const;
export type Split = (typeof SPLITS)[number];

export const ROLES = ["system", "user", "assistant"] as const;
export const Message = z.object({ role: z.enum(ROLES), content: z.string() });
export type Message = z.output<typeof Message>;

/** One line of a split: a chat that ends with the assistant's answer. */
export const Example = z.object({
  id: z.string(),
  messages: z.array(Message).min(1),
  group: z.string().optional(),
});
export type Example = z.output<typeof Example>;

export const SEVERITIES = ["blocking", "warning", "info"] as const;

/** One thing that the readiness check found. `code` is stable and documented in docs/reference/findings.md. */
export const Finding = z.object({
  code: z.string(),
  severity: z.enum(SEVERITIES),
  message: z.string(),
  fix: z.string(),
  /** Measured value and the threshold it was held against, in the unit that the message names. */
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  count: z.number().int().nonnegative(),
  /** First places, at most twenty: line numbers of the input file, from 1. */
  lines: z.array(z.number().int().positive()).max(20),
});
export type Finding = z.output<typeof Finding>;

export const Distribution = z.object({
  min: z.number(),
  median: z.number(),
  p95: z.number(),
  max: z.number(),
  mean: z.number(),
  total: z.number(),
});
export type Distribution = z.output<typeof Distribution>;

/** What the check saw. Pure facts beside the findings, so that a reader can disagree with a threshold. */
export const ReadinessReport = z.object({
  schemaVersion: z.literal(1),
  format: z.enum(["messages", "prompt-completion", "alpaca", "sharegpt"]),
  rows: z.number().int().nonnegative(),
  invalidRows: z.number().int().nonnegative(),
  /** Rows left after exact duplicates are dropped. */
  usable: z.number().int().nonnegative(),
  exactDuplicates: z.number().int().nonnegative(),
  /** Rows beyond the first one of their near-duplicate cluster, exact duplicates included. */
  nearDuplicates: z.number().int().nonnegative(),
  /** What a split keeps together: near-duplicates, and rows of one group. `largestCluster` counts usable rows. */
  clusters: z.number().int().nonnegative(),
  largestCluster: z.number().int().nonnegative(),
  contradictions: z.number().int().nonnegative(),
  /** The text rule that made duplicates and clusters, in words. */
  rule: z.string(),
  /** Items of the test split that are near-duplicates of a train or validation item; proven, not assumed. */
  leakage: z.object({
    testInTrain: z.number().int(),
    testInValidation: z.number().int(),
    validationInTrain: z.number().int(),
  }),
  /** Tokens a row with the base model's own tokenizer and chat template; null when no tokenizer was given. */
  tokens: Distribution.nullable(),
  words: Distribution,
  diversity: z.object({
    distinct1: Fraction,
    distinct2: Fraction,
    clusterRatio: Fraction,
    largestOutputShare: Fraction,
    labelEntropyBits: z.number(),
  }),
  findings: z.array(Finding),
});
export type ReadinessReport = z.output<typeof ReadinessReport>;

export const SplitSummary = z.object({
  digest: DigestField,
  items: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
});

/** `datasets/<digest>/dataset.json`: the frozen split. `digest` = digest of {salt, splits}. */
export const Dataset = z.object({
  schemaVersion: z.literal(1),
  digest: DigestField,
  name: z.string(),
  salt: z.string(),
  splits: z.object({ train: SplitSummary, validation: SplitSummary, test: SplitSummary }),
  readinessDigest: DigestField,
  /** Tokens of the train split with the base's tokenizer, the longest example of any split; null when not counted. */
  trainTokens: z
    .object({ total: z.number(), longest: z.number(), tokenizer: z.string() })
    .nullable(),
  /** A person looked at a sample: how many, and how many were right. */
  audit: z
    .object({
      sampled: z.number().int().positive(),
      correct: z.number().int().nonnegative(),
      by: z.string(),
      at: Instant,
    })
    .nullable(),
});
export type Dataset = z.output<typeof Dataset>;
