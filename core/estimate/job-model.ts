import { type BaseModel, findModel } from "../catalog/models.ts";
import { InputError } from "../errors.ts";
import type { TrainingJob } from "../spec/training-job.ts";

/**
 * The base model of a job. Where the catalog does not know the context of a model, any length is taken.
 * @throws CatalogError `UnknownModel`; InputError `BeyondContext` for sequences that are longer than the model can read
 */
export function modelOfJob({ base, training: { maxLength } }: TrainingJob): BaseModel {
  const model = findModel(base.model);
  if (model.maxContext === null || maxLength <= model.maxContext) return model;
  throw new InputError(
    "BeyondContext",
    `training.maxLength is ${maxLength}, and ${model.id} reads at most ${model.maxContext} tokens`,
    {
      path: "training.maxLength",
      fix: `set training.maxLength to ${model.maxContext} or less, or take a base model with a longer context`,
    },
  );
}
