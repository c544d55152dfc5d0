import type { RunCosts } from "../spec/run-costs.ts";
import type { Seconds } from "../units.ts";
import type { Assumption } from "./estimate.ts";
import type { Swing } from "./interval.ts";
import { type Phase, type TimePart, timePart } from "./time-parts.ts";

/** One thing that a node does, and what it takes where the platform has not measured it. */
interface Stage {
  phase: Phase;
  name: string;
  seconds: Seconds;
  swing: Swing;
  source: string;
}

/** Two measured cloud nodes; the larger image of the second one took what is left of its 966 s. */
const READY_SWING: Swing = { low: 0.4, high: 1.4 };
const START: Stage = {
  phase: "start-up",
  name: "node start",
  seconds: 221,
  swing: READY_SWING,
  source: "pangeo-data/pangeo#753: 221 s from order to node",
};
const IMAGE_PULL: Stage = {
  phase: "start-up",
  name: "image pull",
  seconds: 745,
  swing: READY_SWING,
  source: "kaito-project/kaito#2325: 966 s from order to ready, less 221 s to the node",
};
const HOLD: Stage = {
  phase: "start-up",
  name: "node held before the job starts",
  seconds: 0,
  swing: { low: 0.6, high: 2 },
  source: "",
};
/** Karpenter's `consolidateAfter`. */
const IDLE: Stage = {
  phase: "idle",
  name: "node idle until removed",
  seconds: 300,
  swing: { low: 1, high: 1 },
  source: "consolidateAfter of 5 min on training pools, as this project advises",
};

/** A node that is started for a job, until the job can begin and after it has ended. A warm node needs none of it. */
export function nodeLife(measured: RunCosts["node"]): {
  before: TimePart[];
  after: TimePart[];
  assumptions: Assumption[];
} {
  const stages: [Stage, Seconds | undefined][] = [
    [START, measured?.start],
    [IMAGE_PULL, measured?.imagePull],
    [HOLD, measured?.hold],
    [IDLE, measured?.idle],
  ];
  const parts = stages.map(([{ phase, name, seconds, swing, source }, said]) =>
    timePart(
      phase,
      name,
      said ?? seconds,
      [swing],
      said === undefined ? source : `${measured?.source}, ${measured?.asOf}`,
    ),
  );
  return {
    before: parts.filter(({ phase }) => phase === "start-up"),
    after: parts.filter(({ phase }) => phase === "idle"),
    assumptions: stages.flatMap(([{ name, seconds, source }, said]) =>
      said === undefined && seconds > 0 ? [{ name, value: `${seconds} s`, source }] : [],
    ),
  };
}
