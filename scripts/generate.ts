/**
 * Writes every generated file of the repository; `--check` writes nothing and exits 1 when one differs.
 * A generator is a function from nothing to files; add yours to the list.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { trainerSchemas } from "../jobs/trainer-config.ts";
import { reasonCodeDocs } from "../policies/reason-code-docs.ts";
import { catalogFiles } from "./generators/catalog.ts";
import { chartSchema } from "./generators/chart-schema.ts";
import { estimatorFiles } from "./generators/estimator.ts";
import { findingDocs } from "./generators/finding-docs.ts";

/** Path from the repository root and text of each generated file. */
export type GeneratedFiles = Record<string, string>;

const GENERATORS: readonly (() => GeneratedFiles | Promise<GeneratedFiles>)[] = [
  catalogFiles,
  estimatorFiles,
  trainerSchemas,
  chartSchema,
  () => ({ "docs/reference/reason-codes.md": reasonCodeDocs() }),
  () => ({ "docs/reference/findings.md": findingDocs() }),
];

const root = join(import.meta.dirname, "..");
const check = process.argv.includes("--check");
const different: string[] = [];

for (const generator of GENERATORS) {
  for (const [path, text] of Object.entries(await generator())) {
    const target = join(root, path);
    const present = await readFile(target, "utf8").catch(() => undefined);
    if (present === text) continue;
    different.push(path);
    if (check) continue;
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

for (const path of different) console.log(`${check ? "differs" : "written"}: ${path}`);
if (check && different.length > 0) {
  console.error(
    "Generated files are not up to date. Run `npm run generate` and commit the result.",
  );
  process.exitCode = 1;
}
