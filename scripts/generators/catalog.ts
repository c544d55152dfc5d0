/** core/catalog/sources/*.json → core/catalog/generated/*.json: checked, trimmed, in the catalog's own words and units. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { GpuName } from "../../core/catalog/gpus.ts";
import type { InstanceType } from "../../core/catalog/instance-types.ts";
import { MeasurementRow, measurementOf } from "../../core/catalog/measurement-file.ts";
import type { Measurement } from "../../core/catalog/measurements.ts";
import type { BaseModel } from "../../core/catalog/models.ts";
import type { PriceBook, PriceRow } from "../../core/catalog/prices.ts";
import { SERVICE_UNITS, type Service, type ServicePrice } from "../../core/catalog/services.ts";
import { digestOf } from "../../core/digest.ts";
import { Tier } from "../../core/spec/tier.ts";
import { GB, GiB, parseUsd } from "../../core/units.ts";

const SOURCES = join(import.meta.dirname, "../../core/catalog/sources");
const MiB = 2 ** 20;

function read<T extends z.ZodRawShape>(name: string, shape: T) {
  const text = readFileSync(join(SOURCES, `${name}.json`), "utf8");
  const Meta = z.object({ compiled: z.iso.date(), source: z.string().optional() });
  return z.object({ meta: Meta, ...shape }).parse(JSON.parse(text)) as {
    meta: z.output<typeof Meta>;
  } & { [K in keyof T]: z.output<T[K]> };
}

const count = z.number().int().nonnegative();

function models(): BaseModel[] {
  const Row = z.object({
    hf_id: z.string().nullable(),
    hidden_size: count,
    num_layers: count,
    num_heads: count,
    num_kv_heads: count,
    head_dim: count,
    intermediate_size: count,
    moe_intermediate_size: count.optional(),
    num_experts: count.optional(),
    experts_per_token: count.optional(),
    vocab_size: count,
    tied_embeddings: z.boolean(),
    mlp: z.enum(["gated", "plain", "moe"]),
    max_context: count.optional(),
    params_linear: count,
    params_embedding: count,
    params_lm_head: count,
    params_total: count,
    params_active_per_token: count,
    source: z.string(),
  });
  const file = read("models", { models: z.record(z.string(), Row) });
  return Object.entries(file.models).map(([id, row]) => ({
    id,
    hub: row.hf_id,
    hidden: row.hidden_size,
    layers: row.num_layers,
    heads: row.num_heads,
    kvHeads: row.num_kv_heads,
    headDim: row.head_dim,
    mlp: row.mlp,
    mlpWidth: row.moe_intermediate_size ?? row.intermediate_size,
    experts: row.num_experts ?? 1,
    expertsPerToken: row.experts_per_token ?? 1,
    vocab: row.vocab_size,
    tied: row.tied_embeddings,
    maxContext: row.max_context ?? null,
    parameters: {
      linear: row.params_linear,
      embedding: row.params_embedding,
      lmHead: row.params_lm_head,
      total: row.params_total,
      active: row.params_active_per_token,
    },
    source: row.source,
    asOf: file.meta.compiled,
  }));
}

/** The card of an instance type, by the name and the memory in MiB that EC2 gives it. */
const CARDS: Record<string, GpuName> = {
  "A10G 22888": "A10G",
  "L4 22888": "L4",
  "L40S 45776": "L40S",
  "RTX PRO 4500 32768": "RTX-PRO-4500",
  "A100 40960": "A100-40GB",
  "A100 81920": "A100-80GB",
  "H100 81920": "H100-SXM",
};

function instanceTypes(): InstanceType[] {
  const Row = z.object({
    instanceType: z.string(),
    vCpu: count,
    memoryGiB: count,
    gpu: z.string(),
    gpuCount: z.number().positive(),
    gpuMemMiB: count,
    nvmeGB: count,
    networkGbps: z.number().positive(),
    efa: count,
    allocCpuMilli: count,
    allocMemMiB: count,
    tier: Tier.nullable(),
    note: z.string().optional(),
  });
  const file = read("instance-types", { instanceTypes: z.array(Row) });
  return file.instanceTypes.flatMap((row) => {
    if (row.tier === null) return [];
    const gpu = CARDS[`${row.gpu} ${row.gpuMemMiB}`];
    if (!gpu) throw new Error(`${row.instanceType}: no card "${row.gpu} ${row.gpuMemMiB}"`);
    return {
      provider: "aws" as const,
      id: row.instanceType,
      tier: row.tier,
      gpu,
      gpus: row.gpuCount,
      vCpu: row.vCpu,
      memoryBytes: row.memoryGiB * GiB,
      allocatableCpuMilli: row.allocCpuMilli,
      allocatableMemoryBytes: row.allocMemMiB * MiB,
      nvmeBytes: row.nvmeGB * GB,
      networkBits: row.networkGbps * GB,
      efa: row.efa,
      note: row.note ?? null,
      source: file.meta.source ?? "",
      asOf: file.meta.compiled,
    };
  });
}

function prices(): PriceBook {
  const Amount = z.string().transform(parseUsd).nullish();
  const Row = z.object({
    provider: z.string(),
    region: z.string(),
    instanceType: z.string(),
    purchase: z.enum(["on-demand", "spot"]),
    usdPerHour: Amount,
    usdPerHourLow: Amount,
    usdPerHourHigh: Amount,
    zone: z.string().optional(),
    usable: z.boolean().default(true),
    asOf: z.iso.date().nullable(),
    source: z.string(),
    confidence: z.string(),
  });
  const Change = z.object({ instanceType: z.string(), was: z.string().transform(parseUsd) });
  const file = read("prices", {
    compute: z.array(Row),
    awsLines: z.array(AwsLine),
    history: z.array(Change),
  });
  const sources = z
    .object({ meta: z.object({ sources: z.record(z.string(), z.string()) }) })
    .parse(JSON.parse(readFileSync(join(SOURCES, "prices.json"), "utf8"))).meta.sources;

  const rows = file.compute.map((row): PriceRow => {
    const old = file.history.find(
      ({ instanceType, was }) => instanceType === row.instanceType && was === row.usdPerHour,
    );
    if (old) throw new Error(`${row.instanceType}: a price from before the cut of June 2025`);
    return {
      provider: row.provider,
      region: row.region,
      instanceType: row.instanceType,
      capacity: row.purchase,
      zone: row.zone ?? null,
      lowMicroUsd: row.usdPerHourLow ?? row.usdPerHour ?? null,
      highMicroUsd: row.usdPerHourHigh ?? row.usdPerHour ?? null,
      usable: row.usable,
      source: sources[row.source] ?? row.source,
      asOf: row.asOf,
      confidence: row.confidence,
    };
  });
  const services = file.awsLines.flatMap(servicePrice);
  const digest = digestOf({ rows, services });
  return { id: "builtin", digest, asOf: file.meta.compiled, rows, services };
}

const AwsLine = z.object({
  provider: z.string(),
  item: z.string(),
  region: z.string().nullable(),
  usd: z.string().transform(parseUsd),
  unit: z.string(),
  asOf: z.string().nullable(),
  source: z.string(),
  confidence: z.string(),
});

/** The lines that an estimate or a platform's cost can use; the source file holds others. */
const SERVICE_LINES: Record<string, Service> = {
  "S3 Standard storage": "s3-standard",
  "EBS gp3 storage": "gp3-storage",
  "NAT gateway data": "nat-data",
  "Internet egress": "internet-egress",
  "EKS control plane, standard support": "eks-control-plane",
  "EKS control plane, extended support": "eks-extended-support",
  "NAT gateway": "nat-gateway",
  "VPC interface endpoint": "vpc-endpoint",
  "KMS key": "kms-key",
};

function servicePrice(line: z.output<typeof AwsLine>): ServicePrice[] {
  const service = SERVICE_LINES[line.item];
  if (!service) return [];
  const { provider, region, unit, usd: microUsd, asOf, source, confidence } = line;
  if (region === null || unit !== SERVICE_UNITS[service]) {
    throw new Error(`${line.item}: needs a region and the unit ${SERVICE_UNITS[service]}`);
  }
  return [{ provider, region, service, unit, microUsd, source, asOf: firstDay(asOf), confidence }];
}

/** `2026`, `2026-04` and `2026-03/04` count from their first day. */
function firstDay(date: string | null): string | null {
  const [, year, month, day] =
    /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:\/\d\d)?$/.exec(date ?? "") ?? [];
  if (date !== null && year === undefined) throw new Error(`"${date}" is no date`);
  return year === undefined ? null : `${year}-${month ?? "01"}-${day ?? "01"}`;
}

function measurements(): { sources: Record<string, string>; points: Measurement[] } {
  const Source = z.object({ repo: z.string(), path: z.string(), version: z.string() });
  const file = read("measurements", {
    sources: z.record(z.string(), Source),
    points: z.array(MeasurementRow),
  });
  return {
    sources: Object.fromEntries(
      Object.entries(file.sources).map(([key, { repo, path, version }]) => [
        key,
        `${repo} ${path}, ${version}`,
      ]),
    ),
    points: file.points.map(measurementOf),
  };
}

/** One row a line, so that a change of the catalog reads as a change of rows. */
const lines = (rows: readonly unknown[]): string =>
  `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]`;

export function catalogFiles(): Record<string, string> {
  const book = prices();
  const { rows, services, ...head } = book;
  const measured = measurements();
  const folder = "core/catalog/generated";
  return {
    [`${folder}/models.json`]: `${lines(models())}\n`,
    [`${folder}/instance-types.json`]: `${lines(instanceTypes())}\n`,
    [`${folder}/prices.json`]: `${JSON.stringify(head).slice(0, -1)},"services":${lines(services)},"rows":${lines(rows)}}\n`,
    [`${folder}/measurements.json`]: `{"sources":${JSON.stringify(measured.sources)},"points":${lines(measured.points)}}\n`,
  };
}
