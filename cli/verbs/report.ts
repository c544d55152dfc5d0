import { resolve } from "node:path";
import { InputError } from "../../core/errors.ts";
import { openKit } from "../open-kit.ts";
import { printJson } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";
import { writeOutput } from "../write-output.ts";

const FORMATS = ["html", "csv", "json"] as const;

interface Options extends GlobalOptions {
  period?: string;
  team?: string;
  format?: string;
  out?: string;
}

export const verb: Verb = {
  configure(command, run, io) {
    command
      .option("--period <month>", "such as 2026-11 (default: this month)")
      .option("--team <name>", "only this team")
      .option("--format <format>", `${FORMATS.join(", ")} (default: html, json with --json)`)
      .option("--out <file>", "write to this file instead of standard output")
      .addHelpText(
        "after",
        "\nEvery format has the same totals. With --out, --json prints where the file is.\n\nExample:\n  tunekit report --period 2026-11 --format html --out report.html",
      )
      .action((options: Options) =>
        run(async () => {
          const period = options.period ?? io.now().toISOString().slice(0, 7);
          if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(period)) {
            throw new InputError("WrongPeriod", `"${period}" is no month`, {
              path: "--period",
              fix: "write it as 2026-11",
            });
          }
          const format = chosenFormat(options);
          const kit = await openKit(io, options);
          const text = await kit.report({
            period,
            format,
            onProblem: ({ code, message, fix, path }) =>
              io.err(
                options.json
                  ? JSON.stringify({ warning: code, message, fix, path })
                  : `warning: ${message} (${path}): it is missing from every total [${code}]\nfix: ${fix}`,
              ),
            ...(options.team ? { team: options.team } : {}),
          });
          if (!options.out) io.out(text.trimEnd());
          else {
            writeOutput(resolve(io.cwd, options.out), text);
            if (options.json) printJson(io, { period, format, file: resolve(io.cwd, options.out) });
            else io.out(`report of ${period}: ${options.out}`);
          }
          return 0;
        }),
      );
  },
};

function chosenFormat(options: Options): (typeof FORMATS)[number] {
  const wanted = options.format ?? (options.json ? "json" : "html");
  const format = FORMATS.find((known) => known === wanted);
  if (format && options.json && format !== "json" && !options.out) {
    throw new InputError(
      "FormatContradicts",
      `--json and --format ${format} contradict each other`,
      {
        path: "--format",
        fix: `leave out one of the two, or write the ${format} to a file with --out`,
      },
    );
  }
  if (format) return format;
  throw new InputError("WrongFormat", `there is no report format "${wanted}"`, {
    path: "--format",
    fix: `one of: ${FORMATS.join(", ")}`,
  });
}
