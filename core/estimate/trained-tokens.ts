import type { TrainingJob } from "../spec/training-job.ts";
import type { Assumption } from "./estimate.ts";
import type { TokenFacts } from "./estimate-input.ts";
import type { Swing } from "./interval.ts";

export interface TrainedTokens {
  /** Tokens that one example takes in a batch, padding included. */
  perExample: number;
  /** Of the whole run. */
  total: number;
  swing: Swing;
  assumption: Assumption;
}

/**
 * Tokens that the run computes: steps x examples a step x tokens an example. A batch is padded to its longest example,
 * which lies between the mean and the longest of all: for lengths with a normal tail the longest of b among n exceeds the
 * mean by the share sqrt(ln b / ln n) of what the longest of n does. Micro-batch x accumulation x GPUs is the same in every
 * variant of a job, so that its examples are; a smaller micro-batch on more GPUs only pads less. A packed sequence is taken
 * as full; at worst it holds the examples of mean length that go in whole.
 */
export function trainedTokens(
  { training, stack }: TrainingJob,
  tokens: TokenFacts,
  gpuCount: number,
): TrainedTokens {
  const { longestTokens, trainExamples, lengthSpread } = tokens;
  const meanTokens = Math.min(tokens.meanTokens, training.maxLength);
  const examples = training.steps * training.batchSize * training.gradientAccumulation * gpuCount;
  if (stack.packing) {
    const whole = Math.max(1, Math.floor(training.maxLength / meanTokens));
    return {
      perExample: training.maxLength,
      total: examples * training.maxLength,
      swing: {
        low: Math.sqrt(Math.min(1, (whole * meanTokens) / training.maxLength)),
        high: 1,
      },
      assumption: {
        name: "tokens of a packed sequence",
        value: String(training.maxLength),
        source: "packing fills each sequence to training.maxLength",
      },
    };
  }
  const longest = Math.min(longestTokens, training.maxLength);
  const share = Math.sqrt(Math.log(training.batchSize) / Math.log(Math.max(2, trainExamples)));
  const perExample = meanTokens + Math.max(0, longest - meanTokens) * Math.min(1, share);
  return {
    perExample,
    total: Math.round(examples * perExample),
    swing: {
      low: Math.sqrt(Math.min(1, meanTokens / perExample)) / lengthSpread,
      high: Math.sqrt(Math.max(1, longest / perExample)) * lengthSpread,
    },
    assumption: {
      name: "tokens of an example with its padding",
      value: `${Math.round(perExample)}, between the mean ${Math.round(meanTokens)} and the longest ${longest}`,
      source: `longest of ${training.batchSize} among ${trainExamples} examples, normal tail`,
    },
  };
}
