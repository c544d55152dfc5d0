import type { Plan } from "../sdk/index.ts";
import type { Io } from "./io.ts";
import { printJson } from "./output.ts";
import { planText } from "./plan-text.ts";
import type { ExitCode } from "./verb.ts";

/** Prints a plan and says how the program ends; `plan` and `submit --dry-run` give the same answer. */
export function printPlan(io: Io, plan: Plan, json: boolean): ExitCode {
  const { jobDigest, dataset, estimate, cheaper, decision } = plan;
  if (json)
    printJson(io, { jobDigest, datasetDigest: dataset.digest, estimate, cheaper, decision });
  else io.out(planText(plan));
  return decision.admitted ? 0 : 3;
}
