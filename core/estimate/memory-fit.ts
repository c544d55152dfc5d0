import type { Gpu } from "../catalog/gpus.ts";
import type { OwnedHardware } from "../spec/platform-config.ts";
import type { TrainingJob } from "../spec/training-job.ts";
import { type Bytes, GiB } from "../units.ts";
import type { Estimate, FITS } from "./estimate.ts";
import { CPU_MEMORY_SWING, MEMORY_SWING, rangeOf, swingOfUnknown } from "./interval.ts";
import { type MemoryInput, memoryOf } from "./memory.ts";

/** Allocator slack and driver context that a job needs to run, on top of what it holds (docs/estimation.md). */
const SLACK = 0.05;
const CONTEXT_BYTES = 1 * GiB;
/** Nearer to the limit than this, nobody can tell. */
const BORDERLINE = 0.07;

function neededBytes(input: MemoryInput): Bytes {
  const { allocated } = memoryOf(input);
  return input.stack.device === "cpu"
    ? allocated
    : allocated + Math.round(SLACK * allocated) + CONTEXT_BYTES;
}

/** What the job needs, how far that may be off, and whether it fits. `said`: what the job says of its stack. */
export function memoryEstimate(
  input: MemoryInput,
  said: TrainingJob["stack"],
  usable: Bytes,
): Estimate["memory"] {
  const onCpu = input.stack.device === "cpu";
  const { terms, allocated, cached, context } = memoryOf(input);
  const needed = neededBytes(input);
  const unknown = [
    said.lossPath === undefined &&
      swingOfUnknown(needed, neededBytes({ ...input, lossPath: "full" })),
    said.checkpointing === undefined &&
      swingOfUnknown(
        needed,
        neededBytes({ ...input, checkpointing: input.checkpointing === "off" ? "on" : "off" }),
      ),
  ].filter((swing) => typeof swing === "object");
  const slack = onCpu
    ? []
    : [
        { name: "allocator slack", value: Math.round(SLACK * allocated), note: "5 %" },
        { name: "driver context", value: CONTEXT_BYTES, note: "1 GiB" },
      ];
  const range = rangeOf(needed, [onCpu ? CPU_MEMORY_SWING : MEMORY_SWING, ...unknown]);
  return {
    low: Math.round(range.low),
    expected: needed,
    high: Math.round(range.high),
    terms: [...terms, ...slack],
    usableBytes: usable,
    mayShowBytes: Math.max(needed, allocated + cached + context),
    fit: fitOf(needed / usable),
  };
}

export function fitOf(share: number): (typeof FITS)[number] {
  if (share > 1 + BORDERLINE) return "does-not-fit";
  return share > 1 - BORDERLINE ? "borderline" : "fits";
}

/** What the operating system keeps of an owned machine without a GPU. */
const SYSTEM_BYTES = 1 * GiB;

/** Memory that a process can have: of the card, or of the machine when it has none. */
export const usableBytes = (gpu: Gpu, machine: OwnedHardware | undefined): Bytes =>
  gpu.kind === "cpu" && machine?.memoryGiB !== undefined
    ? machine.memoryGiB * GiB - SYSTEM_BYTES
    : gpu.usableBytes;
