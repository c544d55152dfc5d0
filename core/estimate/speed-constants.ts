/**
 * The constants of the speed model: fitted to published runs by `node bench/fit.ts`, each with a physical meaning and a
 * value that is plausible by itself.
 */
export interface SpeedConstants {
  /** Seconds in which the host issues the kernels of one block and pass, while the device works. */
  launchSeconds: number;
  /** The same of other stacks, as a multiple of Hugging Face's Trainer, by id of the stack; 1 when it is not here. */
  launchFactors: Readonly<Record<string, number>>;
  /** Reads and writes of memory a kept element and pass that no matrix product hides. */
  elementwise: number;
  /** Elementwise work of LoRA's own layers (dropout, casts, products of low rank), as a share of the block's. */
  loraWork: number;
  /** Share of the elementwise work that is left with fused kernels. */
  fused: number;
  /** Share of the bandwidth that dequantising reaches: it reads 4 bits and writes 16 a parameter and pass. */
  dequantising: number;
  /** Share of the link's rate that gathering weights and reducing gradients reaches. */
  link: number;
  /** Share of a card's peak that its matrix products reach, by family of cards. */
  bestUtilisation: Readonly<Record<string, number>>;
}

export const SPEED_CONSTANTS: SpeedConstants = {
  launchSeconds: 0.00194,
  launchFactors: { deepspeed: 1.81, surogate: 0.386 },
  elementwise: 5.31,
  loraWork: 0.446,
  fused: 0.291,
  dequantising: 0.17,
  link: 0.487,
  bestUtilisation: { A100: 0.654, H100: 0.56, B200: 0.498, RTX: 0.845, L40S: 0.647, cpu: 0.82 },
};
