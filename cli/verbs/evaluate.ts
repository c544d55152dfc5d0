import { formatPercent, formatPoints } from "../../core/units.ts";
import type { StoredEvaluation } from "../../sdk/index.ts";
import { progress } from "../io.ts";
import { openKit } from "../open-kit.ts";
import { printJson, section, table, tint } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("<adapter>", "name of the adapter")
      .option("--version <version>", "alias or digest", "candidate")
      .addHelpText(
        "after",
        "\nAdapter, base model and base model with its best prompt answer the frozen test split.\n\nExample:\n  tunekit evaluate spam-label",
      )
      .action((name: string, options: GlobalOptions & { version: string }) =>
        run(async () => {
          const kit = await openKit(io, options);
          const shown = progress(io, "answering the test split");
          const stored = await kit.evaluate(name, {
            version: options.version,
            onAnswer: (answered, total) => shown.update(`${answered} of ${total} answers`),
            signal: io.signal,
          });
          shown.done();
          if (options.json) printJson(io, stored.report);
          else io.out(evaluationText(stored));
          return 0;
        }),
      );
  },
};

export function evaluationText({ report, key }: StoredEvaluation): string {
  const arms = report.arms.map(({ arm, items, score, interval }) => [
    arm,
    formatPercent(score, 1),
    `${formatPercent(interval.low, 1)} to ${formatPercent(interval.high, 1)}`,
    String(items),
  ]);
  const comparisons = report.comparisons.map(
    ({ baseline, difference, interval, confidence, wins, losses, ties, pValue }) =>
      [
        `against ${baseline}`,
        `${formatPoints(difference)} (${formatPercent(confidence)}: ${formatPoints(interval.low)} to ${formatPoints(interval.high)}); ` +
          `${wins} better, ${losses} worse, ${ties} the same; p = ${pValue.toPrecision(2)}`,
      ] as const,
  );
  const findings = report.findings.map(
    ({ severity, code, message }) => `${tint(severity)} ${code}: ${message}`,
  );
  return [
    table(["arm", "score", "interval", "items"], arms, [1, 2, 3]),
    section(`verdict: ${tint(report.verdict)}`, [...comparisons, ["", report.summary]]),
    ...(findings.length > 0 ? [findings.join("\n")] : []),
    `stored: ${key}/report.json`,
  ].join("\n\n");
}
