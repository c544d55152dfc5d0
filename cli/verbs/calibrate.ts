import { FIGURES, type Figure } from "../../core/estimate/calibration.ts";
import {
  type CalibrationGroup,
  type CalibrationReport,
  ENOUGH_RUNS,
} from "../../core/estimate/calibration-report.ts";
import type { Swing } from "../../core/estimate/interval.ts";
import { formatPercent } from "../../core/units.ts";
import { openKit } from "../open-kit.ts";
import { counted, printJson, table } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

export const verb: Verb = {
  configure(command, run, io) {
    command
      .addHelpText(
        "after",
        "\nThe next estimate is corrected by these figures already: they are worked out of the ledger each time, and nothing is" +
          "\nstored. Errors are medians; the error after is that of each run as all others correct it.\n\nExample:\n  tunekit calibrate",
      )
      .action((options: GlobalOptions) =>
        run(async () => {
          const kit = await openKit(io, options);
          const report = await kit.calibration();
          if (options.json) printJson(io, report);
          else io.out(reportText(report));
          return 0;
        }),
      );
  },
};

const MEASURED: Record<Figure, string> = {
  speed: "speed of training (tokens per second)",
  memory: "peak memory",
};

const HEAD = [
  "stack",
  "GPU",
  "method",
  "runs",
  "actual / estimate",
  "factor",
  "error before",
  "after",
  "80 % of runs, before",
  "after",
  "missing",
];

/** Of the columns whose text is long, so that a line stays within 100 characters. */
const WIDTHS = { 4: 8, 6: 6, 7: 6, 8: 7, 9: 7, 10: 8 };

function reportText({ groups, implausible }: CalibrationReport): string {
  const left = counted(implausible, "figure");
  const strange =
    implausible > 0 ? [`${left} more than ten times off the estimate: a wrong unit or clock`] : [];
  if (groups.length === 0) {
    return [
      "no settled run has measured its speed or memory yet, so estimates are not corrected",
      "train one: `tunekit submit job.yaml --wait`",
      ...strange,
    ].join("\n");
  }
  const tables = FIGURES.flatMap((figure) => {
    const rows = groups.filter((group) => group.figure === figure).map(rowOf);
    return rows.length > 0
      ? [`${MEASURED[figure]}\n${table(HEAD, rows, [3, 4, 5, 6, 7], WIDTHS)}`]
      : [];
  });
  return [...tables, ...strange].join("\n\n");
}

function rowOf(group: CalibrationGroup): string[] {
  const { runs, ratio, factor, error, interval, missing } = group;
  return [
    group.stack,
    group.gpu,
    group.method,
    String(runs),
    ratio.toFixed(2),
    `x ${factor.toFixed(2)}`,
    formatPercent(error.before),
    runs + group.related > 1 ? formatPercent(error.after) : "needs 2 runs",
    range(interval.before),
    range(interval.after),
    missing > 0 ? `${counted(missing, "more run")} until it rests on ${ENOUGH_RUNS}` : "",
  ];
}

const range = ({ low, high }: Swing): string => `${low.toFixed(2)} to ${high.toFixed(2)}`;
