import { formatDuration, formatUsd } from "../core/units.ts";
import type { Run, RunStatus } from "../sdk/index.ts";
import { type Io, progress } from "./io.ts";
import { tint } from "./output.ts";

/** Follows a run to its end with progress; Ctrl-C stops looking, not the run. */
export async function follow(io: Io, run: Run): Promise<RunStatus> {
  const { plannedSteps } = await run.status();
  const shown = progress(io, "training");
  let loss = "";
  const status = await run.wait({
    signal: io.signal,
    onEvent: (event) => {
      if (event.kind !== "metric") return;
      const { name, split, step, value } = event.metric;
      if (name === "loss") loss = `, ${split} loss ${value.toPrecision(3)}`;
      shown.update(`step ${step} of ${plannedSteps}${loss}`);
    },
  });
  shown.done();
  return status;
}

export function statusText(status: RunStatus): string {
  const {
    runId,
    adapter,
    state,
    sentence,
    step,
    plannedSteps,
    seconds,
    costMicroUsd,
    adapterVersion,
    record,
    result,
  } = status;
  return [
    `${runId}  ${adapter}${record.pilot ? " (pilot)" : ""}  ${tint(state)}`,
    `  ${sentence}`,
    ...(result?.fix ? [`  fix: ${result.fix}`] : []),
    `  step ${step} of ${plannedSteps} · ${formatDuration(seconds)} · ${formatUsd(costMicroUsd)}`,
    ...(adapterVersion ? [`  adapter version ${adapterVersion}`] : []),
  ].join("\n");
}

/** A status as JSON: the stored record is left out, `tunekit status RUN --json` is about the run. */
export function statusJson({ record, ...status }: RunStatus): Record<string, unknown> {
  return {
    ...status,
    pilot: record.pilot,
    createdAt: record.createdAt,
    decisionId: record.decisionId,
  };
}
