import type { Gpu } from "../catalog/gpus.ts";
import type { OwnedHardware } from "../spec/platform-config.ts";
import type { StackSpec, TrainingJob } from "../spec/training-job.ts";
import { type Bytes, GiB, type Range } from "../units.ts";
import type { Estimate, FITS } from "./estimate.ts";
import { CPU_MEMORY_SWING, rangeOf, type Swing, swingOfUnknown } from "./interval.ts";
import { measuredSwing } from "./measured-swing.ts";
import { type MemoryInput, memoryOf } from "./memory.ts";

/** Allocator slack and driver context that a job needs to run, on top of what it holds (docs/estimator.md). */
const SLACK = 0.05;
const CONTEXT_BYTES = 1 * GiB;
/** Nearer to the limit than this, nobody can tell. */
const BORDERLINE = 0.07;

/** Bytes that a run needs of a device on which it holds `allocated` bytes at its peak. */
export const neededBytes = (device: "gpu" | "cpu", allocated: Bytes): Bytes =>
  device === "cpu" ? allocated : allocated + Math.round(SLACK * allocated) + CONTEXT_BYTES;

const neededBy = (input: MemoryInput): Bytes =>
  neededBytes(input.stack.device, memoryOf(input).allocated);

/** What the job needs, how far that may be off, and whether it fits. */
export function memoryEstimate(
  input: MemoryInput,
  run: { job: Pick<TrainingJob, "stack">; gpuName: string; stack: { id: string } },
  usable: Bytes,
  lengthSpread = 1,
): Estimate["memory"] {
  const { device } = input.stack;
  const { terms, allocated, cached, context } = memoryOf(input);
  const needed = neededBytes(device, allocated);
  const slack =
    device === "cpu"
      ? []
      : [
          { name: "allocator slack", value: Math.round(SLACK * allocated), note: "5 %" },
          { name: "driver context", value: CONTEXT_BYTES, note: "1 GiB" },
        ];
  const measured =
    device === "cpu"
      ? CPU_MEMORY_SWING
      : measuredSwing("memory", { stack: run.stack.id, method: input.method, gpu: run.gpuName });
  const range = rangeOf(needed, [measured, ...unknownSwings(input, run.job.stack, lengthSpread)]);
  return {
    low: Math.round(range.low),
    expected: needed,
    high: Math.round(range.high),
    terms: [...terms, ...slack],
    usableBytes: usable,
    mayShowBytes: Math.max(needed, Math.min(usable, Math.round(allocated + cached + context))),
    fit: fitWithin({ expected: needed, high: range.high }, usable),
  };
}

/**
 * Of what the job leaves open. The trainer's own settings are known: they are assumptions, and swing nothing. How several
 * GPUs share the weights, and how long examples are that nobody has counted, is not.
 */
function unknownSwings(input: MemoryInput, said: StackSpec, lengthSpread: number): Swing[] {
  const needed = neededBy(input);
  const at = (changed: Partial<MemoryInput>) => neededBy({ ...input, ...changed });
  const sharding =
    input.gpus > 1 && said.sharding === undefined
      ? swingOfUnknown(needed, at({ sharding: "zero3" }))
      : undefined;
  const lengths = {
    low: at({ sequence: input.sequence / lengthSpread }) / needed,
    high: at({ sequence: input.sequence * lengthSpread }) / needed,
  };
  return sharding ? [sharding, lengths] : [lengths];
}

export function fitOf(share: number): (typeof FITS)[number] {
  if (share > 1 + BORDERLINE) return "does-not-fit";
  return share > 1 - BORDERLINE ? "borderline" : "fits";
}

/** A job fits when the high end of its interval does too; what only may run out of memory is borderline. */
export function fitWithin(
  { expected, high }: Pick<Range, "expected" | "high">,
  usable: Bytes,
): (typeof FITS)[number] {
  const fit = fitOf(expected / usable);
  return fit === "fits" && high > usable ? "borderline" : fit;
}

/** What the operating system keeps of an owned machine without a GPU. */
const SYSTEM_BYTES = 1 * GiB;

/** Memory that a process can have: of the card, or of the machine when it has none. */
export const usableBytes = (gpu: Gpu, machine: OwnedHardware | undefined): Bytes =>
  gpu.kind === "cpu" && machine?.memoryGiB !== undefined
    ? machine.memoryGiB * GiB - SYSTEM_BYTES
    : gpu.usableBytes;
