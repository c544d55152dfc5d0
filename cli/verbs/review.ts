import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "../../core/errors.ts";
import { sheetCsv } from "../../core/review/sheet-csv.ts";
import { sheetHtml } from "../../core/review/sheet-html.ts";
import { formatPercent } from "../../core/units.ts";
import type { StoredReview } from "../../sdk/index.ts";
import { openKit } from "../open-kit.ts";
import { counted, printJson, section } from "../output.ts";
import { readInput } from "../read-input.ts";
import type { GlobalOptions, Verb } from "../verb.ts";
import { writeOutput } from "../write-output.ts";

interface ExportOptions extends GlobalOptions {
  version: string;
  items: string;
  raters: string;
  out: string;
}

export const verb: Verb = {
  configure(command, run, io) {
    command.addHelpText(
      "after",
      "\nPeople compare adapter and best prompt without knowing which is which.\n\nExample:\n  tunekit review export spam-label --out review\n  tunekit review import spam-label review/ana.csv --rater ana",
    );

    command
      .command("export")
      .description("write a blind A/B sheet as CSV and HTML")
      .argument("<adapter>")
      .option("--version <version>", "alias or digest", "candidate")
      .option("--items <count>", "items to compare", "20")
      .option("--raters <count>", "sheets to write, one a rater", "1")
      .option("--out <folder>", "where the sheets go", "review")
      .addHelpText(
        "after",
        "\nExample:\n  tunekit review export spam-label --raters 2 --out review",
      )
      .action((name: string, options: ExportOptions) =>
        run(async () => {
          const kit = await openKit(io, options);
          const { evaluationId, sheets } = await kit.review.export(name, {
            version: options.version,
            items: Number(options.items),
            raters: Number(options.raters),
          });
          const pages = sheets.map((sheet, index) => {
            const stem = join(options.out, sheets.length === 1 ? "sheet" : `sheet-${index + 1}`);
            return { sheet, csv: `${stem}.csv`, html: `${stem}.html` };
          });
          refuseOverwrite(
            io.cwd,
            pages.flatMap(({ csv, html }) => [csv, html]),
          );
          for (const { sheet, csv, html } of pages) {
            writeOutput(resolve(io.cwd, csv), sheetCsv(sheet));
            writeOutput(resolve(io.cwd, html), sheetHtml(sheet));
          }
          const files = pages.map(({ csv }) => csv);
          if (options.json) printJson(io, { evaluationId, files });
          else {
            const raters = sheets.map((_, index) => `RATER${index + 1}`).join(" ");
            io.out(
              [
                `${sheets[0]?.rows.length} items to compare; fill ${files.join(", ")} or open the .html beside it`,
                `then: tunekit review import ${name} ${files.join(" ")} --rater ${raters}`,
              ].join("\n"),
            );
          }
          return 0;
        }),
      );

    command
      .command("import")
      .description("read filled sheets back, one file a rater")
      .argument("<adapter>")
      .argument("<files...>", "filled CSV sheets")
      .requiredOption("--rater <names...>", "who filled them, in the order of the files")
      .option("--version <version>", "alias or digest", "candidate")
      .addHelpText(
        "after",
        "\nExample:\n  tunekit review import spam-label review/sheet-1.csv review/sheet-2.csv --rater ana ben",
      )
      .action(
        (
          name: string,
          files: string[],
          options: GlobalOptions & { rater: string[]; version: string },
        ) =>
          run(async () => {
            const kit = await openKit(io, options);
            const sheets = files.map((file, index) => ({
              file,
              rater: options.rater[index] ?? "",
              text: readInput(resolve(io.cwd, file), file),
            }));
            const stored = await kit.review.import(name, { version: options.version, sheets });
            if (options.json) printJson(io, { digest: stored.digest, ...stored.review });
            else io.out(reviewText(stored));
            return 0;
          }),
      );
  },
};

/** A sheet that is there may be filled in already. */
function refuseOverwrite(cwd: string, files: readonly string[]): void {
  const there = files.find((file) => existsSync(resolve(cwd, file)));
  if (there === undefined) return;
  throw new InputError("FileExists", "a sheet is there already, and somebody may have filled it", {
    path: there,
    fix: "import it first and move it away, or write to another folder with --out",
  });
}

export function reviewText({ review, digest }: StoredReview): string {
  const {
    items,
    adapterWins,
    baselineWins,
    ties,
    bothBad,
    winRate,
    interval,
    signTest,
    kappa,
    raters,
  } = review;
  const ratings = adapterWins + baselineWins + ties + bothBad;
  return section(`review by ${raters.join(", ")}`, [
    [
      "judged",
      `${counted(items, "item")}, ${counted(ratings, "rating")}: adapter better ${adapterWins}, ${review.baseline} better ${baselineWins}, ties ${ties}, both bad ${bothBad}`,
    ],
    [
      "win rate",
      `${formatPercent(winRate)} (95 %: ${formatPercent(interval.low)} to ${formatPercent(interval.high)}), sign test p = ${signTest.toPrecision(2)}`,
    ],
    ["agreement", kappa === null ? "one rater" : `kappa ${kappa.toFixed(2)}`],
    ["stored", digest],
  ]);
}
