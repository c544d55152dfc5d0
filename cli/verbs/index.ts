import type { Verb } from "../verb.ts";

/** Each verb, what it does in one line, and where it lives. Only the verb that was typed is loaded. */
export const VERBS: Record<
  string,
  readonly [summary: string, load: () => Promise<{ verb: Verb }>]
> = {
  advise: [
    "should we fine-tune at all? questions and a reasoned answer",
    () => import("./advise.ts"),
  ],
  init: ["write a first tunekit.yaml and job file", () => import("./init.ts")],
  check: ["check a dataset, split it and freeze the split", () => import("./check.ts")],
  baseline: [
    "find the best prompt and score it on the frozen test split",
    () => import("./baseline.ts"),
  ],
  estimate: [
    "show what a job needs and costs on every kind of machine it allows",
    () => import("./estimate.ts"),
  ],
  plan: [
    "show what a job needs, costs, is expected to gain, and the decision",
    () => import("./plan.ts"),
  ],
  submit: ["plan a job and, if the gate says yes, train it", () => import("./submit.ts")],
  list: ["list runs", () => import("./list.ts")],
  status: ["say how a run is doing", () => import("./status.ts")],
  logs: ["print the metrics and the log of a run", () => import("./logs.ts")],
  cancel: ["stop a run", () => import("./cancel.ts")],
  evaluate: [
    "compare an adapter with the base model and the best prompt",
    () => import("./evaluate.ts"),
  ],
  review: ["export or import a blind human review", () => import("./review.ts")],
  adapters: ["list, show, verify, promote and roll back adapters", () => import("./adapters.ts")],
  report: ["write the finance report of a month", () => import("./report.ts")],
  calibrate: [
    "show how well past runs match their estimates, and what corrects the next one",
    () => import("./calibrate.ts"),
  ],
  catalog: ["show models, GPUs, instance types and prices", () => import("./catalog.ts")],
  platform: [
    "show what a stack costs in a month, idle and at its ceiling",
    () => import("./platform.ts"),
  ],
  decide: ["decide a facts file, or replay a stored decision", () => import("./decide.ts")],
  doctor: ["say what is here, what is missing and how to get it", () => import("./doctor.ts")],
};
