import { CatalogError } from "../errors.ts";
import { nearest } from "../spec/parse.ts";
import { type Bytes, GB, GiB } from "../units.ts";

/** One accelerator. `cpu` is the machine at hand, so that a run without a GPU is estimated by the same code. */
export interface Gpu {
  kind: "gpu" | "cpu";
  /** Memory as sold. */
  memoryBytes: Bytes;
  /** What a process can use of it. */
  usableBytes: Bytes;
  /** Dense FLOP/s in the type that the trainer computes in: bf16 with fp32 sums on a GPU, fp32 on a CPU. */
  flops: number;
  /** Memory bandwidth in bytes per second. */
  bandwidth: number;
  /** Largest share of `flops` that training reaches (`null`: not measured on this card). */
  bestUtilisation: number | null;
  source: string;
  /** Date on which the row was last checked. */
  asOf: string;
}

const TERA = 1e12;
const LIGHTNING = "Lightning-AI/pytorch-lightning fabric/utilities/throughput.py";
const OOM = "usable: litgpt tutorials/oom.md";
const asOf = "2026-11-23";

const gpu = (
  memoryGiB: number,
  usableGiB: number,
  tflops: number,
  gbPerSecond: number,
  bestUtilisation: number | null,
  source: string,
): Gpu => ({
  kind: "gpu",
  memoryBytes: memoryGiB * GiB,
  usableBytes: Math.round(usableGiB * GiB),
  flops: tflops * TERA,
  bandwidth: gbPerSecond * GB,
  bestUtilisation,
  source,
  asOf,
});

/**
 * Facts a card. Vendors quote sparse FLOP/s first: these are dense. The best utilisation is fitted to published speeds
 * (docs/estimation.md); consumer cards reach more of their peak because it is the half-rate one with fp32 sums.
 */
export const GPUS = {
  "A100-40GB": gpu(40, 39.4, 312, 1555, 0.65, `${LIGHTNING}; bandwidth and usable unverified`),
  "A100-80GB": gpu(80, 79.15, 312, 2039, 0.65, `${LIGHTNING}; ${OOM}; bandwidth unverified`),
  "H100-SXM": gpu(80, 79.15, 989, 3350, 0.65, `${LIGHTNING}; ${OOM}; bandwidth unverified`),
  "H100-PCIe": gpu(80, 79.15, 756, 2000, null, `${LIGHTNING}; ${OOM}; bandwidth unverified`),
  H200: gpu(141, 139.8, 989, 4800, null, "NVIDIA datasheet, unverified; compute of an H100"),
  B200: gpu(180, 178, 2250, 8000, 0.58, "NVIDIA datasheet, unverified"),
  L40S: gpu(48, 44.4, 362, 864, 0.54, "llmbook.apartsin.com; usable unverified"),
  L4: gpu(24, 22, 121, 300, null, "NVIDIA datasheet, unverified"),
  A10G: gpu(24, 22.1, 70, 600, null, "half of the A10 in the lightning table, unverified"),
  "RTX-3090": gpu(24, 23.6, 71, 936, null, "gigagpu.com; usable and bandwidth unverified"),
  "RTX-4090": gpu(24, 23.6, 165, 1008, 0.89, "gigagpu.com; waredb"),
  "RTX-5090": gpu(32, 31.4, 210, 1790, 0.89, "unverified"),
  "RTX-PRO-4500": gpu(32, 31.4, 110, 800, null, "hmc-tech.com; exxactcorp.com; usable unverified"),
  A6000: gpu(48, 47.5, 155, 768, null, "unverified"),
  "RTX-6000-Ada": gpu(48, 47.5, 364, 960, null, "unverified"),
  cpu: {
    kind: "cpu",
    memoryBytes: 8 * GiB,
    usableBytes: 7 * GiB,
    flops: 100e9,
    bandwidth: 20 * GB,
    bestUtilisation: 0.82,
    source:
      "two cores, fp32, 100 GFLOP/s measured with this project's trainer; memory and bandwidth assumed",
    asOf,
  },
} as const satisfies Record<string, Gpu>;

export type GpuName = keyof typeof GPUS;
export const GPU_NAMES = Object.keys(GPUS) as [GpuName, ...GpuName[]];

/** @throws CatalogError `UnknownGpu` with the nearest match. */
export function findGpu(name: string): Gpu {
  if (Object.hasOwn(GPUS, name)) return GPUS[name as GpuName];
  const near = nearest(name, GPU_NAMES);
  throw new CatalogError("UnknownGpu", `the catalog has no GPU "${name}"`, {
    fix: near ? `did you mean "${near}"?` : `known: ${GPU_NAMES.join(", ")}`,
  });
}
