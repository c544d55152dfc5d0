import type { Gpu } from "../catalog/gpus.ts";
import type { BaseModel } from "../catalog/models.ts";
import type { RunCosts } from "../spec/run-costs.ts";
import type { TrainingJob } from "../spec/training-job.ts";
import { type Bytes, GB } from "../units.ts";
import type { Assumption } from "./estimate.ts";
import type { TokenFacts } from "./estimate-input.ts";
import { inverse, type Swing } from "./interval.ts";
import { nodeLife } from "./node-life.ts";
import { computingParameters, type Speed } from "./speed.ts";
import { reworkOf, spotAssumption, spotFacts } from "./spot.ts";
import { type TimePart, timePart } from "./time-parts.ts";

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
  /** The capacity may be taken away. */
  spot: boolean;
  /** What the platform says of its nodes and of spot; the constants below stand in for what it leaves open. */
  costs: Pick<RunCosts, "node" | "spot">;
}

/** Imports of torch, transformers, TRL and PEFT from byte code (this project's trainer, two cores). */
const PROCESS_START_SECONDS = 8;

/** Share of the nominal network that a bucket download reaches, and bytes per second from disk to device: assumed. */
const NETWORK_SHARE = 0.5;
const LOAD_BYTES_PER_SECOND = 1 * GB;
const FIXED_SWING: Swing = { low: 0.6, high: 2 };

/** A checkpoint holds adapter, optimizer states and random state: 3.1 adapters (docs/trainer.md, measured). */
export const CHECKPOINT_ADAPTERS = 3.1;
const CHECKPOINT_SECONDS = 0.3;
const CHECKPOINT_BYTES_PER_SECOND = 0.2 * GB;

/** Arms of the evaluation: adapter, base, base with the best prompt. */
const ARMS = 3;
/** Shortest decoding step of transformers' `generate` on a GPU, and share of the bandwidth that it reaches: assumed. */
const DECODE_STEP_SECONDS = 0.025;
const DECODE_BANDWIDTH_SHARE = 0.5;

const TRAINING = "training";
const VALIDATION = "validation";
/** The terms that go by the speed of training. */
export const SPEED_TERMS: readonly string[] = [TRAINING, VALIDATION];

/** Bytes of the base weights as they are fetched and loaded. */
export const weightBytes = (model: BaseModel, gpu: Gpu): Bytes =>
  model.parameters.total * (gpu.kind === "gpu" ? 2 : 4);

/** What the machine is held for, from the order of a node to its removal. */
export function timeOf(input: TimeInput): { parts: TimePart[]; assumptions: Assumption[] } {
  const { job, speed, trainedTokens, costs } = input;
  const started = input.nodeNetworkBits !== null;
  const node = started ? nodeLife(costs.node) : { before: [], after: [], assumptions: [] };
  const run = [...node.before, ...runParts(input)];
  const evaluation = evaluationPart(input);
  const { steps, checkpointEverySteps } = job.training;
  const interval =
    (trainedTokens / speed.tokensPerSecond) * Math.min(1, checkpointEverySteps / steps);
  const spot = spotFacts(costs.spot);
  const again = input.spot
    ? [
        reworkOf("rework", run, interval, spot),
        reworkOf("evaluation", [evaluation], interval, spot),
      ]
    : [];
  return {
    parts: [...run, evaluation, ...again, ...node.after].filter(
      ({ seconds }) => seconds.expected > 0,
    ),
    assumptions: [
      ...node.assumptions,
      ...(started ? [DOWNLOAD] : []),
      ...(input.spot ? [spotAssumption(spot)] : []),
    ],
  };
}

const DOWNLOAD: Assumption = {
  name: "download of base weights",
  value: `${NETWORK_SHARE * 100} % of the node's network, then ${LOAD_BYTES_PER_SECOND / GB} GB/s`,
  source: "assumed",
};

function runParts(input: TimeInput): TimePart[] {
  const { job, speed, swings, trainedTokens, nodeNetworkBits } = input;
  const slower = inverse(swings.speed);
  const weights = weightBytes(input.model, input.gpu);
  const load = weights / LOAD_BYTES_PER_SECOND;
  const fetch = nodeNetworkBits === null ? 0 : weights / ((nodeNetworkBits / 8) * NETWORK_SHARE);
  const saves = Math.ceil(job.training.steps / job.training.checkpointEverySteps);
  const save =
    CHECKPOINT_SECONDS + (CHECKPOINT_ADAPTERS * input.adapterBytes) / CHECKPOINT_BYTES_PER_SECOND;
  const size = `${(weights / GB).toFixed(1)} GB`;
  return [
    timePart(
      "start-up",
      "process start",
      PROCESS_START_SECONDS,
      [FIXED_SWING],
      "Python imports, measured with jobs/trainer",
    ),
    timePart(
      "start-up",
      "base weights",
      fetch + load,
      [FIXED_SWING],
      fetch > 0 ? `${size}: ${fetch.toFixed(0)} s to fetch, ${load.toFixed(0)} s to load` : size,
    ),
    timePart(
      "training",
      TRAINING,
      trainedTokens / speed.tokensPerSecond,
      [slower, swings.tokens],
      `${trainedTokens} tokens, padding included`,
    ),
    timePart(
      "training",
      VALIDATION,
      validation(input, saves),
      [slower],
      `${saves} times ${input.tokens.validationExamples} examples, forward only`,
    ),
    timePart(
      "training",
      "checkpoints",
      saves * save,
      [FIXED_SWING],
      `${saves} times ${CHECKPOINT_ADAPTERS} adapters (docs/trainer.md)`,
    ),
  ];
}

const evaluationPart = (input: TimeInput): TimePart =>
  timePart(
    "evaluation",
    "evaluation on the test split",
    PROCESS_START_SECONDS +
      weightBytes(input.model, input.gpu) / LOAD_BYTES_PER_SECOND +
      ARMS * generation(input),
    [inverse(input.swings.speed)],
    `${ARMS} arms of ${input.tokens.testExamples} items, process start included`,
  );

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
