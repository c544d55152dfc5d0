import type { z } from "zod";
import { parseSpec } from "../core/spec/parse.ts";
import { TrainingJob } from "../core/spec/training-job.ts";

/** A typed, validated job. @throws SpecError with everything that is wrong. */
export const trainingJob = (spec: Omit<z.input<typeof TrainingJob>, "kind">): TrainingJob =>
  parseSpec(TrainingJob, { kind: "TrainingJob", ...spec });
