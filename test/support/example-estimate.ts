import type { Estimate } from "../../core/estimate/estimate.ts";
import { GiB, microUsd } from "../../core/units.ts";

/** An estimate of 8.00 USD (5.00 to 12.40) and 2 hours (1 to 3) on one of eight A100-40, which fits. */
export function exampleEstimate(overrides: Partial<Estimate> = {}): Estimate {
  return {
    schemaVersion: 1,
    placement: {
      tier: "a100-40",
      capacity: "on-demand",
      provider: "aws",
      region: "us-east-1",
      instanceType: "p4d.24xlarge",
      gpu: "A100-40",
      gpuCount: 1,
      nodeGpus: 8,
      variant: { method: "qlora", microBatch: 8, gradientAccumulation: 1, checkpointing: null },
    },
    memory: {
      low: 14 * GiB,
      expected: 16 * GiB,
      high: 19 * GiB,
      terms: [{ name: "weights", value: 16 * GiB, note: "frozen base" }],
      usableBytes: 39 * GiB,
      mayShowBytes: 18 * GiB,
      fit: "fits",
    },
    speed: { low: 2_000, expected: 2_500, high: 3_000 },
    time: {
      low: 3_600,
      expected: 7_200,
      high: 10_800,
      terms: [{ phase: "training", name: "training", value: 7_200, note: "steps" }],
    },
    cost: exampleCost(5, 8, 12.4),
    adapterBytes: 80_000_000,
    loraParameters: 40_000_000,
    trainedTokens: 1_000_000,
    calibration: uncalibrated(2_500, 16 * GiB),
    assumptions: [],
    nearest: null,
    unknowns: [],
    priceBook: { id: "list-2026-11", digest: "c".repeat(64), asOf: "2026-11-23" },
    ...overrides,
  };
}

/** What no past run has corrected yet. */
export function uncalibrated(speed: number, memory: number): Estimate["calibration"] {
  const figure = (raw: number) => ({
    raw,
    low: raw * 0.8,
    high: raw * 1.2,
    factor: 1,
    runs: 0,
    related: 0,
  });
  return { stack: "tunekit-trl", speed: figure(speed), memory: figure(memory) };
}

/** The cost part for three amounts in USD, as one line. */
export function exampleCost(low: number, expected: number, high: number): Estimate["cost"] {
  return {
    low: microUsd(low),
    expected: microUsd(expected),
    high: microUsd(high),
    lines: [
      {
        item: "training",
        quantity: 1,
        unit: "run",
        unitPriceMicroUsd: microUsd(expected),
        microUsd: microUsd(expected),
        source: "price list",
        asOf: "2026-11-23",
      },
    ],
    strandedMicroUsd: 0,
    chargesMicroUsd: 0,
    packedMicroUsd: microUsd(expected),
    aloneMicroUsd: microUsd(expected),
    othersBusy: null,
    upkeep: null,
    perHourMicroUsd: microUsd(1),
  };
}
