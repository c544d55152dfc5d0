import { GPUS } from "../core/catalog/gpus.ts";
import { INSTANCE_TYPES } from "../core/catalog/instance-types.ts";
import { MODELS } from "../core/catalog/models.ts";
import { priceBookOf } from "../core/catalog/price-book.ts";
import { builtinPriceBook, type PriceRow } from "../core/catalog/prices.ts";
import { ownedRates } from "../core/catalog/rates.ts";
import { SERVICE_UNITS } from "../core/catalog/services.ts";
import { bestUtilisation } from "../core/estimate/speed.ts";
import type { OwnedHardware, PlatformConfig } from "../core/spec/platform-config.ts";
import { formatBytes, formatPercent, GB, type MicroUsd, usdDecimal } from "../core/units.ts";

/** One row: what a person sees, what `--json` prints, and where it comes from. */
export interface CatalogRow {
  cells: readonly string[];
  data: unknown;
  source: string;
  /** Null: the source has no date. */
  asOf: string | null;
}

export interface CatalogTable {
  head: readonly string[];
  /** Columns to be aligned to the right. */
  numeric: readonly number[];
  rows: readonly CatalogRow[];
}

export const modelsTable = (): CatalogTable => ({
  head: ["model", "parameters", "active", "layers", "hidden", "context", "hub"],
  numeric: [1, 2, 3, 4, 5],
  rows: MODELS.map((model) => ({
    cells: [
      model.id,
      millions(model.parameters.total),
      millions(model.parameters.active),
      String(model.layers),
      String(model.hidden),
      model.maxContext === null ? "unknown" : String(model.maxContext),
      model.hub ?? "not there",
    ],
    data: model,
    source: model.source,
    asOf: model.asOf,
  })),
});

export const gpusTable = (): CatalogTable => ({
  head: ["gpu", "memory", "usable", "TFLOP/s", "GB/s", "best of peak"],
  numeric: [1, 2, 3, 4, 5],
  rows: Object.entries(GPUS).map(([name, gpu]) => ({
    cells: [
      name,
      formatBytes(gpu.memoryBytes),
      formatBytes(gpu.usableBytes),
      String(gpu.flops / 1e12),
      String(gpu.bandwidth / GB),
      utilisationText(bestUtilisation(gpu)),
    ],
    data: { name, ...gpu, bestUtilisation: bestUtilisation(gpu) },
    source: gpu.source,
    asOf: gpu.asOf,
  })),
});

const utilisationText = (share: number | null): string =>
  share === null ? "not measured" : formatPercent(share);

export const instancesTable = (): CatalogTable => ({
  head: ["instance type", "tier", "gpu", "gpus", "vCPU", "memory", "local disk"],
  numeric: [3, 4, 5, 6],
  rows: INSTANCE_TYPES.map((type) => ({
    cells: [
      type.id,
      type.tier,
      type.gpu,
      String(type.gpus),
      String(type.vCpu),
      formatBytes(type.memoryBytes),
      type.nvmeBytes === 0 ? "none" : `${type.nvmeBytes / GB} GB`,
    ],
    data: type,
    source: type.source,
    asOf: type.asOf,
  })),
});

/**
 * The machines of the project, the prices that it entered, and the rest of the price book.
 * @param now ISO instant, for prices that are too old
 */
export const pricesTable = (platform: PlatformConfig, now: string): CatalogTable => ({
  head: ["machine", "region", "zone", "capacity", "price of an hour"],
  numeric: [4],
  rows: [
    ...platform.owned.map((machine) => ownedRow(machine, platform, now)),
    ...priceBookOf(platform).rows.map((row) => ({
      cells: [row.instanceType, row.region, row.zone ?? "any", row.capacity, hourly(row)],
      data: row,
      source: row.source,
      asOf: row.asOf,
    })),
  ],
});

/** What a run may use beside its machine: the price book's rows, and those that the project entered, which come first. */
export const servicesTable = ({ costs }: PlatformConfig): CatalogTable => ({
  head: ["service", "region", "price", "a"],
  numeric: [2],
  rows: [
    ...costs.prices.map((row) => ({
      cells: [row.service, row.region ?? "any", exactUsd(row.price), SERVICE_UNITS[row.service]],
      data: row,
      source: row.source,
      asOf: row.asOf,
    })),
    ...builtinPriceBook().services.map((row) => ({
      cells: [row.service, row.region, exactUsd(row.microUsd), row.unit],
      data: row,
      source: row.source,
      asOf: row.asOf,
    })),
  ],
});

function ownedRow(machine: OwnedHardware, { policy }: PlatformConfig, now: string): CatalogRow {
  const rates = ownedRates(machine, policy.priceMaxAgeDays, now);
  const price = Array.isArray(rates)
    ? exactUsd(
        rates.reduce(
          (sum, { unitPriceMicroUsd, unitsPerHour }) =>
            sum + Math.round(unitPriceMicroUsd.expected * unitsPerHour),
          0,
        ),
      )
    : rates.unknown.code;
  return {
    cells: [machine.name, "here", "here", "owned", price],
    data: { ...machine, rates },
    source: machine.source,
    asOf: machine.asOf,
  };
}

function hourly({ lowMicroUsd, highMicroUsd, usable }: PriceRow): string {
  if (lowMicroUsd === null || highMicroUsd === null) return "no price";
  const range =
    lowMicroUsd === highMicroUsd
      ? exactUsd(lowMicroUsd)
      : `${exactUsd(lowMicroUsd)} to ${exactUsd(highMicroUsd)}`;
  return usable ? range : `${range}, not to be had`;
}

/** A price is shown to its last digit, so that it can be compared with its source. */
const exactUsd = (micro: MicroUsd): string => `${usdDecimal(micro).replace(/0{1,4}$/, "")} USD`;

const millions = (count: number): string =>
  count >= 1e9 ? `${(count / 1e9).toFixed(1)} B` : `${(count / 1e6).toFixed(0)} M`;
