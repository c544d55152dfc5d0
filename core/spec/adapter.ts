import { z } from "zod";
import { DigestField, Instant, Ulid } from "./fields.ts";

/** One file of a version: where it is, how large, and what it must hash to. */
export const FileEntry = z.object({
  key: z.string(),
  /** A plain file name, since the file is written under it: no folder, not hidden. */
  path: z.string().regex(/^[^./\\][^/\\]*$/, "must be a plain file name"),
  size: z.number().int().nonnegative(),
  sha256: DigestField,
});
export type FileEntry = z.output<typeof FileEntry>;

/** `adapters/<name>/versions/<digest>/manifest.json`; the version is the digest of this document. Times come from the run. */
export const AdapterManifest = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  createdBy: z.string(),
  createdAt: Instant,
  files: z.array(FileEntry),
  base: z.object({ model: z.string(), revision: z.string() }),
  method: z.object({
    name: z.enum(["lora", "qlora"]),
    r: z.number().int(),
    alpha: z.number(),
    targetModules: z.array(z.string()),
    dtype: z.string(),
    quantization: z.object({ type: z.string(), doubleQuant: z.boolean() }).nullable(),
    parameters: z.number().int(),
  }),
  data: z.object({
    dataset: DigestField,
    splits: z.object({ train: DigestField, validation: DigestField, test: DigestField }),
    readiness: DigestField,
  }),
  run: z.object({
    id: z.string(),
    jobDigest: DigestField,
    fingerprint: DigestField,
    seed: z.number().int(),
    plannedSteps: z.number().int(),
    completedSteps: z.number().int(),
    bestStep: z.number().int(),
    resumedFrom: z.number().int().nullable(),
    attempts: z.number().int(),
    libraryVersions: z.record(z.string(), z.string()),
  }),
  metrics: z.object({ trainLoss: z.number().nullable(), validationLoss: z.number().nullable() }),
  decisionId: z.string(),
  cost: z.object({ microUsd: z.number().int(), seconds: z.number(), gpu: z.string() }),
});
export type AdapterManifest = z.output<typeof AdapterManifest>;

/** `adapters/<name>/aliases/<alias>.json`. `generation` rises with each move, so the bytes never repeat. */
export const AliasRecord = z.object({
  schemaVersion: z.literal(1),
  alias: z.string(),
  version: DigestField,
  previous: DigestField.nullable(),
  generation: z.number().int().min(1),
  /** The move went back to what was there before; a second step back is refused. */
  rollback: z.boolean(),
  actor: z.string(),
  reason: z.string(),
  evaluationId: z.string().nullable(),
  reviewId: z.string().nullable(),
  at: Instant,
});
export type AliasRecord = z.output<typeof AliasRecord>;

/**
 * `adapters/<name>/events/<id>.json`, append-only. An event is made from the manifest or the alias record that it tells of,
 * so one that a crash left out can be written later, the same to the byte.
 */
export const AdapterEvent = z.discriminatedUnion("kind", [
  z.object({
    schemaVersion: z.literal(1),
    id: Ulid,
    kind: z.literal("published"),
    name: z.string(),
    version: DigestField,
    runId: z.string(),
    actor: z.string(),
    at: Instant,
  }),
  AliasRecord.omit({ rollback: true }).extend({
    id: Ulid,
    kind: z.enum(["promoted", "rolled-back"]),
    name: z.string(),
  }),
]);
export type AdapterEvent = z.output<typeof AdapterEvent>;
