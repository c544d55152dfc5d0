import type { Gpu } from "../catalog/gpus.ts";
import type { BaseModel } from "../catalog/models.ts";
import type { TrainingJob } from "../spec/training-job.ts";
import { type Bytes, GB, type Range } from "../units.ts";
import type { Assumption } from "./estimate.ts";
import type { TokenFacts } from "./estimate-input.ts";
import { inverse, rangeOf, type Swing } from "./interval.ts";
import { computingParameters, type Speed } from "./speed.ts";

export interface TimeInput {
  job: TrainingJob;
  model: BaseModel;
  tokens: TokenFacts;
  trainedTokens: number;
  gpu: Gpu;
  speed: Speed;
  /** Of the speed, and of the number of trained tokens. */
  swings: { speed: Swing; tokens: Swing };
  adapterBytes: Bytes;
  /** Bits per second of a node that has to be started first; null on a machine that is already there. */
  nodeNetworkBits: number | null;
}

/** What a second is spent on; costs are grouped by it. */
export type Phase = "start-up" | "training" | "evaluation";

export interface TimePart {
  phase: Phase;
  name: string;
  seconds: Range;
  note: string;
}

/** Node ordered to pod ready on a cloud GPU node, image pull included (kaito-project/kaito#2325). */
const NODE_READY_SECONDS = 966;
const NODE_READY_SWING: Swing = { low: 0.4, high: 1.4 };

/** Imports of torch, transformers, TRL and PEFT from byte code (this project's trainer, two cores). */
const PROCESS_START_SECONDS = 8;

/** Share of the nominal network that a bucket download reaches, and bytes per second from disk to device: assumed. */
const NETWORK_SHARE = 0.5;
const LOAD_BYTES_PER_SECOND = 1 * GB;
const FIXED_SWING: Swing = { low: 0.6, high: 2 };

/** A checkpoint holds adapter, optimizer states and random state: 3.1 adapters (this project's trainer, measured). */
const CHECKPOINT_ADAPTERS = 3.1;
const CHECKPOINT_SECONDS = 0.3;
const CHECKPOINT_BYTES_PER_SECOND = 0.2 * GB;

/** Arms of the evaluation: adapter, base, base with the best prompt. */
const ARMS = 3;
/** Shortest decoding step of transformers' `generate` on a GPU, and share of the bandwidth that it reaches: assumed. */
const DECODE_STEP_SECONDS = 0.025;
const DECODE_BANDWIDTH_SHARE = 0.5;

/** The term that is no part of the training run. */
export const EVALUATION_TERM = "evaluation on the test split";

export function timeOf(input: TimeInput): { parts: TimePart[]; assumptions: Assumption[] } {
  const { job, speed, swings, trainedTokens, nodeNetworkBits } = input;
  const slower = inverse(swings.speed);
  const weights = input.model.parameters.total * (input.gpu.kind === "gpu" ? 2 : 4);
  const load = weights / LOAD_BYTES_PER_SECOND;
  const fetch = nodeNetworkBits === null ? 0 : weights / ((nodeNetworkBits / 8) * NETWORK_SHARE);
  const saves = Math.ceil(job.training.steps / job.training.checkpointEverySteps);
  const save =
    CHECKPOINT_SECONDS + (CHECKPOINT_ADAPTERS * input.adapterBytes) / CHECKPOINT_BYTES_PER_SECOND;
  const part = (
    phase: Phase,
    name: string,
    seconds: number,
    swing: readonly Swing[],
    note: string,
  ): TimePart => ({ phase, name, seconds: rangeOf(seconds, swing), note });
  const size = `${(weights / GB).toFixed(1)} GB of base weights`;

  const parts = [
    part(
      "start-up",
      "node start and image pull",
      nodeNetworkBits === null ? 0 : NODE_READY_SECONDS,
      [NODE_READY_SWING],
      "kaito-project/kaito#2325: 966 s from order to ready",
    ),
    part("start-up", "process start", PROCESS_START_SECONDS, [FIXED_SWING], "Python imports"),
    part("start-up", "base weights", fetch + load, [FIXED_SWING], size),
    part(
      "training",
      "training",
      trainedTokens / speed.tokensPerSecond,
      [slower, swings.tokens],
      `${trainedTokens} tokens, padding included`,
    ),
    part("training", "validation", validation(input, saves), [slower], `${saves} times`),
    part("training", "checkpoints", saves * save, [FIXED_SWING], `${saves} times`),
    part(
      "evaluation",
      EVALUATION_TERM,
      PROCESS_START_SECONDS + load + ARMS * generation(input),
      [slower],
      `${ARMS} arms of ${input.tokens.testExamples} items, process start included`,
    ),
  ];
  return {
    parts: parts.filter(({ seconds }) => seconds.expected > 0),
    assumptions: nodeNetworkBits === null ? [] : NODE_ASSUMPTIONS,
  };
}

const NODE_ASSUMPTIONS: Assumption[] = [
  {
    name: "node start and image pull",
    value: `${NODE_READY_SECONDS} s`,
    source: "kaito-project/kaito#2325, one measured node; a warm node needs none",
  },
  {
    name: "download of base weights",
    value: `${NETWORK_SHARE * 100} % of the node's network, then ${LOAD_BYTES_PER_SECOND / GB} GB/s`,
    source: "assumed",
  },
];

/** Seconds of a forward pass over so many tokens at the speed that training reaches. */
function forward({ model, gpu, speed }: TimeInput, tokens: number): number {
  return (2 * computingParameters(model) * tokens) / (gpu.flops * speed.utilisation);
}

const validation = (input: TimeInput, times: number): number =>
  times * forward(input, input.tokens.validationExamples * input.tokens.meanTokens);

/** One arm: read the prompts, then write the answers a token at a time, bound by compute or by reading the weights. */
function generation(input: TimeInput): number {
  const { job, model, tokens, gpu } = input;
  const { maxNewTokens, batchSize } = job.evaluation;
  const prompts = forward(input, tokens.testExamples * tokens.meanTokens);
  const steps = Math.ceil(tokens.testExamples / batchSize) * maxNewTokens;
  const bytes = computingParameters(model) * (gpu.kind === "gpu" ? 2 : 4);
  const step = Math.max(
    forward(input, batchSize),
    bytes / (gpu.bandwidth * DECODE_BANDWIDTH_SHARE),
    gpu.kind === "gpu" ? DECODE_STEP_SECONDS : 0,
  );
  return prompts + steps * step;
}
