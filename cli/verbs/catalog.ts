import { CatalogError } from "../../core/errors.ts";
import { nearest } from "../../core/spec/parse.ts";
import { openProject } from "../../sdk/project.ts";
import {
  type CatalogRow,
  type CatalogTable,
  gpusTable,
  instancesTable,
  modelsTable,
  pricesTable,
  servicesTable,
} from "../catalog-tables.ts";
import type { Io } from "../io.ts";
import { printJson, table } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

type Make = (io: Io, options: GlobalOptions) => CatalogTable;

const TABLES: Record<string, readonly [summary: string, make: Make]> = {
  models: ["base models with their shape", modelsTable],
  gpus: ["GPUs with memory and speed", gpusTable],
  instances: ["cloud machines by tier", instancesTable],
  prices: [
    "prices of an hour, with the machines of this project",
    (io, options) => pricesTable(platformOf(io, options), io.now().toISOString()),
  ],
  services: [
    "prices of storage, network and control plane, with those that this project entered",
    (io, options) => servicesTable(platformOf(io, options)),
  ],
};

const platformOf = (io: Io, { platform }: GlobalOptions) =>
  openProject({ cwd: io.cwd, ...(platform === undefined ? {} : { platform }) }).platform;

export const verb: Verb = {
  configure(command, run, io) {
    command.addHelpText(
      "after",
      "\nEach row names its source and the date of it.\n\nExample:\n  tunekit catalog prices g5.xlarge us-east-1",
    );
    for (const [name, [summary, make]] of Object.entries(TABLES)) {
      command
        .command(name)
        .description(summary)
        .argument("[words...]", "only rows that hold all of these words")
        .addHelpText("after", `\nExample:\n  tunekit catalog ${name} --json`)
        .action((words: string[], options: GlobalOptions) =>
          run(async () => {
            const { head, numeric, rows } = make(io, options);
            const found = matching(name, rows, words);
            if (options.json)
              printJson(
                io,
                found.map(({ data }) => data),
              );
            else io.out(tableText({ head, numeric, rows: found }));
            return 0;
          }),
        );
    }
  },
};

function matching(
  name: string,
  rows: readonly CatalogRow[],
  words: readonly string[],
): readonly CatalogRow[] {
  const wanted = words.map((word) => word.toLowerCase());
  const found = rows.filter(({ cells }) => {
    const text = cells.join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  if (found.length > 0 || rows.length === 0) return found;
  const near = nearest(words[0] ?? "", [...new Set(rows.flatMap(({ cells }) => cells))]);
  throw new CatalogError("NoSuchRow", `no row of ${name} holds ${words.join(" and ")}`, {
    fix: near ? `did you mean "${near}"?` : `list all with \`tunekit catalog ${name}\``,
  });
}

/** Long sources stand once below the table, by number. */
function tableText({ head, numeric, rows }: CatalogTable): string {
  const sources = [...new Set(rows.map(({ source }) => source))];
  const lines = rows.map(({ cells, asOf, source }) => [
    ...cells,
    asOf ?? "undated",
    `[${sources.indexOf(source) + 1}]`,
  ]);
  return [
    table([...head, "as of", "source"], lines, numeric),
    "",
    ...sources.map((source, index) => `[${index + 1}] ${source}`),
  ].join("\n");
}
