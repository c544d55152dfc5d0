import type { MemoryConstants } from "../../core/estimate/memory-constants.ts";
import type { SpeedConstants } from "../../core/estimate/speed-constants.ts";

/**
 * Where the fit starts, and what it is held near to: values that the code of the stacks and the data sheets suggest. A
 * constant that the runs do not determine stays where it is.
 */
export interface Prior<Constants> {
  values: Constants;
  /** Standard deviation of a constant's logarithm: how far it may go, for all and for single ones by their path. */
  spread: number;
  spreads: Readonly<Record<string, number>>;
}

export const MEMORY_PRIOR: Prior<MemoryConstants> = {
  values: {
    // norms, residual and attention output of a block; its backward pass holds their gradients and the MLP's
    keptHidden: 5.9,
    backwardHidden: 4.2,
    backwardMlp: 3.5,
    // scores in 16 bits, softmax in fp32 and its cast; the same again as gradients
    eagerKept: 8,
    eagerBackward: 8,
    // 16-bit logits, fp32 copy, log-softmax, gradients of both; all in 16 bits; fp32 from the start
    logits: { "full-fp32": 15, full: 8, chunked: 2, "chunked-kept": 13, fused: 0, upcast: 16 },
    // about one more copy of the logits
    cached: { "full-fp32": 8, full: 8, chunked: 1.4, "chunked-kept": 8, fused: 0.6 },
    fragmented: 1.9,
    fused: 0.65,
    dequantised: 0.86,
    dequantisedInputs: 2.3,
    contextBytes: 2e9,
  },
  spread: 0.1,
  spreads: {},
};

export const SPEED_PRIOR: Prior<SpeedConstants> = {
  values: {
    launchSeconds: 0.0016,
    launchFactors: { deepspeed: 1.3, surogate: 0.35 },
    elementwise: 3,
    loraWork: 0.4,
    fused: 0.5,
    dequantising: 0.3,
    link: 0.7,
    bestUtilisation: { A100: 0.65, H100: 0.6, B200: 0.5, RTX: 0.85, L40S: 0.6, cpu: 0.82 },
  },
  spread: 0.5,
  spreads: {
    "bestUtilisation.A100": 0.1,
    "bestUtilisation.H100": 0.1,
    "bestUtilisation.B200": 0.1,
    "bestUtilisation.RTX": 0.1,
    "bestUtilisation.L40S": 0.1,
  },
};
