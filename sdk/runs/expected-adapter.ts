import { findModel } from "../../core/catalog/models.ts";
import { loraParameters } from "../../core/estimate/lora-parameters.ts";
import type { TrainingJob } from "../../core/spec/training-job.ts";
import type { ExpectedAdapter } from "../registry/peft-layout.ts";

/** The adapter that a job must make. */
export const expectedAdapter = ({ base, lora }: TrainingJob): ExpectedAdapter => ({
  base,
  r: lora.r,
  alpha: lora.alpha,
  parameters: loraParameters(findModel(base.model), lora),
});
