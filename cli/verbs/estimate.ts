import pc from "picocolors";
import type { Estimate } from "../../core/estimate/estimate.ts";
import { labelOf } from "../../core/estimate/preference.ts";
import { REASONS } from "../../core/spec/reason-codes.ts";
import { formatBytes, formatDuration, formatUsd } from "../../core/units.ts";
import { progress } from "../io.ts";
import { openKit, readJob } from "../open-kit.ts";
import { printJson, section, table } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

interface Placed {
  label: string;
  estimate: Estimate;
}

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("<job>", "job file (YAML)")
      .addHelpText(
        "after",
        "\nOne line for each kind of machine that the job allows, the cheapest first. Changes nothing and asks no gate:" +
          "\n`tunekit plan` decides.\n\nExample:\n  tunekit estimate job.yaml",
      )
      .action((file: string, options: GlobalOptions) =>
        run(async () => {
          const kit = await openKit(io, options);
          const { job, folder } = readJob(io, file);
          const shown = progress(io, "reading the data");
          const { jobDigest, dataset, facts } = await kit.plan(job, {
            folder,
            onProgress: shown.update,
          });
          shown.done();
          const { estimate, alternatives } = facts;
          const placements = [{ label: labelOf(estimate), estimate }, ...alternatives].sort(
            cheapestFirst,
          );
          if (options.json) printJson(io, { jobDigest, datasetDigest: dataset.digest, placements });
          else io.out(estimatesText(placements));
          return 0;
        }),
      );
  },
};

/** What cannot run comes last, and before it what has no price. */
function cheapestFirst(a: Placed, b: Placed): number {
  const cannotRun = ({ estimate }: Placed) => Number(estimate.memory.fit === "does-not-fit");
  const cost = ({ estimate }: Placed) => estimate.cost?.expected ?? Number.MAX_SAFE_INTEGER;
  return cannotRun(a) - cannotRun(b) || cost(a) - cost(b);
}

function estimatesText(placements: readonly Placed[]): string {
  const rows = placements.map(({ label, estimate }, index) => {
    const { memory, time, cost } = estimate;
    return [
      String(index + 1),
      label,
      `${formatBytes(memory.expected)} of ${formatBytes(memory.usableBytes)}`,
      memory.fit,
      formatDuration(time.expected),
      cost ? formatUsd(cost.expected) : "unknown",
      cost ? formatUsd(cost.high) : "unknown",
      obstacles(estimate)
        .map(({ message }) => message)
        .join("; "),
    ];
  });
  const head = ["", "placement", "memory", "fit", "time", "cost", "high (80 %)", "why not"];
  return [
    table(head, rows, [0, 4, 5, 6]),
    ...together(placements, "way out", (estimate) =>
      obstacles(estimate).map(({ code, fix }) => [code, fix]),
    ),
    ...together(placements, "taken for granted", ({ assumptions }) =>
      assumptions.map(({ name, value, source }) => [name, `${value} ${pc.dim(`(${source})`)}`]),
    ),
  ].join("\n\n");
}

/** Why a placement cannot be taken or priced. The job's own says itself that it does not fit; the others show it only. */
function obstacles({ memory, unknowns }: Estimate): Estimate["unknowns"] {
  const code = "DoesNotFitMemory";
  if (memory.fit !== "does-not-fit" || unknowns.some((unknown) => unknown.code === code)) {
    return unknowns;
  }
  return [{ code, message: "it does not fit the memory", fix: REASONS[code][1] }, ...unknowns];
}

/** Rows that placements share stand once, with the numbers of those placements unless all have it. Empty without rows. */
function together(
  placements: readonly Placed[],
  title: string,
  rowsOf: (estimate: Estimate) => [name: string, text: string][],
): string[] {
  const numbers = new Map<string, { row: [string, string]; of: number[] }>();
  placements.forEach(({ estimate }, index) => {
    for (const row of rowsOf(estimate)) {
      const known = numbers.get(row.join("\n")) ?? { row, of: [] };
      numbers.set(row.join("\n"), { row, of: [...known.of, index + 1] });
    }
  });
  const rows = [...numbers.values()].map(({ row: [name, text], of }): [string, string] => [
    name,
    of.length === placements.length ? text : `${text} [${of.join(", ")}]`,
  ]);
  return rows.length > 0 ? [section(title, rows)] : [];
}
