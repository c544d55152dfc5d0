/** The published runs as inputs of the estimate, so that its error can be measured. */
import { findGpu, GPUS } from "../core/catalog/gpus.ts";
import { MEASUREMENTS, type Measurement } from "../core/catalog/measurements.ts";
import { type BaseModel, MODELS } from "../core/catalog/models.ts";
import type { Swing } from "../core/estimate/interval.ts";
import { adaptsMlp, loraParameters } from "../core/estimate/lora-parameters.ts";
import { type MemoryInput, memoryOf, type WeightForm } from "../core/estimate/memory.ts";
import { speedOf } from "../core/estimate/speed.ts";

export interface Scored {
  point: Measurement;
  predicted: number;
  measured: number;
  /** predicted / measured - 1 */
  error: number;
}

const WEIGHTS: Record<string, WeightForm> = {
  nf4: "nf4",
  "nf4-dq": "nf4-dq",
  "gptq-int4": "gptq-int4",
  "hqq-int4": "gptq-int4",
  "gptq-int8": "int8",
};

const modelOf = (point: Measurement): BaseModel | undefined =>
  MODELS.find((model) => model.id === point.model);

const onOneGpu = (point: Measurement): boolean =>
  point.gpuCount === 1 && point.parallelism === "single" && point.gpu !== "cpu";

/** What our short names cannot say (`mlp`, `head`) leaves the adapter a little too small. */
const targetsOf = (point: Measurement, model: BaseModel): string[] =>
  (point.targets ?? []).flatMap((target) =>
    target === "mlp"
      ? ["up", "down"]
      : target === "head" || (target === "gate" && model.mlp === "plain")
        ? []
        : [target],
  );

/** Bytes a trainable parameter, by what each stack does. */
function stateBytes({ method, framework, optimizer }: Measurement) {
  const eightBit = /8bit/.test(optimizer);
  const adapter = (/litgpt|torchtune/.test(framework) ? 8 : 16) - (eightBit ? 6 : 0);
  if (method !== "full") return { trainableBytes: adapter, stepBytes: 0 };
  if (/deepspeed/.test(framework)) return { trainableBytes: 14, stepBytes: 4 }; // fp32 master weights
  const states = /paged/.test(optimizer) ? 0 : eightBit ? 2 : 4;
  return { trainableBytes: states, stepBytes: /optimizer_in_bwd/.test(optimizer) ? 0 : 4 };
}

const checkpointingOf = ({ checkpointing, framework }: Measurement) =>
  checkpointing ? (framework.includes("unsloth") ? "offloaded" : "on") : "off";

export function memoryInputOf(point: Measurement, model: BaseModel): MemoryInput {
  const targets = targetsOf(point, model);
  return {
    model,
    method: point.method,
    loraParameters:
      point.method === "full"
        ? 0
        : loraParameters(model, { r: point.rank ?? 16, targetModules: targets }),
    adaptsMlp: adaptsMlp(targets),
    microBatch: point.microBatch ?? 1,
    sequence: point.sequence ?? 1,
    checkpointing: checkpointingOf(point),
    lossPath: point.lossPath ?? "full-fp32",
    stack: {
      device: "gpu",
      weights: WEIGHTS[point.quantization ?? ""] ?? "bf16",
      ...stateBytes(point),
      upcast: point.upcast || (point.framework === "ms-swift" && point.quantization === "nf4"),
      attention: point.attention === "eager" ? "eager" : "fused",
      compile: point.compile || point.framework.includes("unsloth"), // Unsloth's kernels are fused too
    },
  };
}

/** Predicted bytes in the metric that the source published. */
function predictedBytes(input: MemoryInput, metric: string | null): number {
  const { allocated, cached, context } = memoryOf(input);
  if (metric?.startsWith("allocated") || metric?.startsWith("active")) return allocated;
  if (metric?.startsWith("reserved")) return allocated + cached;
  return allocated + context; // the whole card; under pressure the allocator gives back what it cached
}

const score = (point: Measurement, predicted: number, measured: number): Scored => ({
  point,
  predicted,
  measured,
  error: predicted / measured - 1,
});

/** Peak memory of every published single-GPU run whose setting is known well enough. */
export const scoreMemory = (): Scored[] =>
  MEASUREMENTS.filter((point) => point.scoreMemory && onOneGpu(point)).flatMap((point) => {
    const model = modelOf(point);
    if (!model || point.peakBytes === null) return [];
    return score(
      point,
      predictedBytes(memoryInputOf(point, model), point.peakMetric),
      point.peakBytes,
    );
  });

/** Tokens per second of every published LoRA or QLoRA run on one GPU of the catalog. */
export const scoreSpeed = (): Scored[] =>
  MEASUREMENTS.filter((point) => point.scoreSpeed && onOneGpu(point)).flatMap((point) => {
    const model = modelOf(point);
    if (!model || !Object.hasOwn(GPUS, point.gpu) || !point.tokensPerSecondPerGpu) return [];
    const { tokensPerSecond } = speedOf({
      model,
      method: point.method,
      gpu: findGpu(point.gpu),
      gpuCount: 1,
      microBatch: point.microBatch ?? 1,
      sequence: point.sequence ?? 1,
      checkpointing: point.checkpointing === false ? "off" : "on",
    });
    return score(point, tokensPerSecond, point.tokensPerSecondPerGpu);
  });

/** Quantile of the absolute errors. */
export function quantile(scores: readonly Scored[], share: number): number {
  const sorted = scores.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Share of measured figures inside the interval of their estimate. */
export const coverage = (scores: readonly Scored[], { low, high }: Swing): number =>
  scores.filter(
    ({ predicted, measured }) => measured >= low * predicted && measured <= high * predicted,
  ).length / scores.length;
