import pc from "picocolors";
import type { Variant } from "../core/estimate/estimate.ts";
import { type GateDecision, isPilotOnly } from "../core/spec/gate-decision.ts";
import type { Range } from "../core/units.ts";
import {
  formatBytes,
  formatDuration,
  formatPercent,
  formatPoints,
  formatUsd,
} from "../core/units.ts";
import type { Plan } from "../sdk/index.ts";
import { COLUMNS, hanging, section, tint } from "./output.ts";
import { cheaperText } from "./placements-text.ts";
import { adapterRow, warningRows } from "./run-rows.ts";

/** A plan for people: what it needs, what it costs, what it may gain, what the gate says and why. */
export function planText({ job, estimate, cheaper, decision }: Plan): string {
  const { placement, memory, time, speed, cost } = estimate;
  const where = [placement.instanceType, placement.region, placement.capacity]
    .filter(Boolean)
    .join(" · ");
  const parts = [
    section(
      `${job.name} · ${job.method} on ${job.base.model}`,
      [
        [
          "where",
          `${placement.tier} (${where}), ${placement.gpuCount} of ${placement.nodeGpus} ${placement.gpu}`,
        ],
        ...warningRows(estimate),
        ["how", howText(placement.variant)],
        adapterRow(estimate),
        [
          "memory",
          `${span(memory, formatBytes)} of ${formatBytes(memory.usableBytes)} usable: ${memory.fit}`,
        ],
        ["speed", `${span(speed, (tokens) => Math.round(tokens).toLocaleString("en"))} tokens/s`],
        ["time", span(time, formatDuration)],
        ["cost", cost ? span(cost, formatUsd) : "unknown"],
        ...(cost ? costRows(cost) : []),
      ],
      COLUMNS,
    ),
    ...cheaperText(cheaper),
    decisionText(decision),
  ];
  if (estimate.assumptions.length > 0) {
    const rows = estimate.assumptions.map(
      ({ name, value, source }) => [name, `${value} ${pc.dim(`(${source})`)}`] as const,
    );
    parts.push(section("taken for granted", rows, COLUMNS));
  }
  return parts.join("\n\n");
}

const howText = ({ microBatch, gradientAccumulation, checkpointing }: Variant): string =>
  [
    `micro-batch ${microBatch} x ${gradientAccumulation}`,
    ...(checkpointing === null ? [] : [`gradient checkpointing ${checkpointing}`]),
  ].join(", ");

function costRows(cost: NonNullable<Plan["estimate"]["cost"]>): [string, string][] {
  const { strandedMicroUsd, packedMicroUsd, aloneMicroUsd, upkeep } = cost;
  const rows: [string, string][] = [];
  if (strandedMicroUsd > 0) rows.push(["stranded", `${formatUsd(strandedMicroUsd)} of it`]);
  if (aloneMicroUsd > packedMicroUsd) {
    rows.push([
      "node",
      `${formatUsd(packedMicroUsd)} if others use the rest of it, ${formatUsd(aloneMicroUsd)} alone`,
    ]);
  }
  if (upkeep) {
    rows.push([
      "upkeep",
      `${formatUsd(upkeep.microUsdPerMonth)} a month once it is deployed, not part of the cost`,
    ]);
  }
  return rows;
}

export function decisionText(decision: GateDecision): string {
  const { gain, value } = decision;
  const rows: [string, string][] = [];
  if (gain) {
    rows.push([
      "gain",
      `${formatPoints(gain.mean)} ± ${formatPoints(gain.sd)} over the best prompt (${formatPercent(gain.prompt)})`,
    ]);
  }
  if (value) {
    rows.push(
      [
        "net benefit",
        `${formatUsd(value.nbWithBar)} over ${value.requests.toLocaleString("en")} requests`,
      ],
      ["chance to pay", formatPercent(value.pWin, value.pWin < 0.01 ? 1 : 0)],
    );
    if (value.breakEvenRequests !== null) {
      rows.push([
        "break-even",
        `${Math.ceil(value.breakEvenRequests).toLocaleString("en")} requests`,
      ]);
    }
  }
  if (decision.caps) {
    rows.push([
      "caps",
      `${formatUsd(decision.caps.maxMicroUsd)}, ${formatDuration(decision.caps.deadlineSeconds)}`,
    ]);
  }
  const head = `${pc.bold("gate:")} ${tint(decision.verdict)}${consequence(decision)}`;
  return [
    head,
    ...(rows.length > 0 ? [section("expected", rows, COLUMNS)] : []),
    reasonsText(decision),
  ].join("\n");
}

function consequence(decision: GateDecision): string {
  if (!decision.admitted) return " (the job may not start)";
  if (decision.mode !== "enforce" && decision.verdict !== "approve")
    return ` (recorded only, mode ${decision.mode}: the job may start)`;
  return isPilotOnly(decision) ? " (a part of the job may start: `tunekit submit --pilot`)" : "";
}

function reasonsText({ reasons }: GateDecision): string {
  return reasons
    .map(({ severity, code, message, fix }) =>
      [
        hanging(`  ${tint(severity)} ${pc.bold(code)}: ${message}`, 4),
        ...(severity === "info" ? [] : [hanging(`    fix: ${fix}`, 9)]),
      ].join("\n"),
    )
    .join("\n");
}

const span = ({ low, expected, high }: Range, format: (value: number) => string): string =>
  `${format(expected)} (80 %: ${format(low)} to ${format(high)})`;
