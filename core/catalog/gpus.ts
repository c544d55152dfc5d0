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
  /** Rate in bytes per second, one way, at which a card reaches the others of its machine: NVLink or PCIe. */
  linkBytesPerSecond: number;
  /** Cards of one family reach the same share of their peak (core/estimate/speed-constants.ts). */
  family: string;
  source: string;
  /** Date on which the row was last checked. */
  asOf: string;
}

const TERA = 1e12;
const LIGHTNING = "Lightning-AI/pytorch-lightning fabric/utilities/throughput.py";
const OOM = "usable: litgpt tutorials/oom.md";
const asOf = "2026-11-23";

/** What cards without NVLink reach among each other, 5 to 10 GB/s on consumer boards: unverified. */
const PCIE_GB_PER_SECOND = 10;

const gpu = (
  memoryGiB: number,
  usableGiB: number,
  tflops: number,
  gbPerSecond: number,
  family: string,
  source: string,
  linkGbPerSecond = PCIE_GB_PER_SECOND,
): Gpu => ({
  kind: "gpu",
  memoryBytes: memoryGiB * GiB,
  usableBytes: Math.round(usableGiB * GiB),
  flops: tflops * TERA,
  bandwidth: gbPerSecond * GB,
  linkBytesPerSecond: linkGbPerSecond * GB,
  family,
  source,
  asOf,
});

/**
 * Facts a card. Vendors quote sparse FLOP/s first: these are dense. Consumer cards have the half-rate peak with fp32 sums,
 * of which they reach more.
 */
export const GPUS = {
  "A100-40GB": gpu(
    40,
    39.4,
    312,
    1555,
    "A100",
    `${LIGHTNING}; bandwidth and usable unverified`,
    300,
  ),
  "A100-80GB": gpu(80, 79.15, 312, 2039, "A100", `${LIGHTNING}; ${OOM}; bandwidth unverified`, 300),
  "H100-SXM": gpu(80, 79.15, 989, 3350, "H100", `${LIGHTNING}; ${OOM}; bandwidth unverified`, 450),
  "H100-PCIe": gpu(80, 79.15, 756, 2000, "H100-PCIe", `${LIGHTNING}; ${OOM}; bandwidth unverified`),
  H200: gpu(141, 139.8, 989, 4800, "H200", "NVIDIA datasheet, unverified; compute of an H100", 450),
  B200: gpu(180, 178, 2250, 8000, "B200", "NVIDIA datasheet, unverified", 900),
  L40S: gpu(48, 44.4, 362, 864, "L40S", "llmbook.apartsin.com; usable unverified"),
  L4: gpu(24, 22, 121, 300, "L4", "NVIDIA datasheet, unverified"),
  A10G: gpu(24, 22.1, 70, 600, "A10G", "half of the A10 in the lightning table, unverified"),
  "RTX-3090": gpu(24, 23.6, 71, 936, "RTX-3090", "gigagpu.com; usable and bandwidth unverified"),
  "RTX-4090": gpu(24, 23.6, 165, 1008, "RTX", "gigagpu.com; waredb"),
  "RTX-5090": gpu(32, 31.4, 210, 1790, "RTX", "unverified"),
  "RTX-PRO-4500": gpu(
    32,
    31.4,
    110,
    800,
    "RTX-PRO-4500",
    "hmc-tech.com; exxactcorp.com; usable unverified",
  ),
  A6000: gpu(48, 47.5, 155, 768, "A6000", "unverified"),
  "RTX-6000-Ada": gpu(48, 47.5, 364, 960, "RTX-6000-Ada", "unverified"),
  cpu: {
    kind: "cpu",
    memoryBytes: 8 * GiB,
    usableBytes: 7 * GiB,
    flops: 100e9,
    bandwidth: 20 * GB,
    linkBytesPerSecond: PCIE_GB_PER_SECOND * GB,
    family: "cpu",
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
