import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { InputError } from "../../core/errors.ts";
import { makeFolder } from "../../sdk/store/make-folder.ts";
import type { Io } from "../io.ts";
import { printJson } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

const FILES = ["tunekit.yaml", "job.yaml", "prompts.yaml"] as const;

interface StartFile {
  name: string;
  path: string;
  text: string;
}

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("[folder]", "where the files go", ".")
      .option("--dry-run", "show the files, write nothing")
      .addHelpText(
        "after",
        `\nWrites ${FILES.join(", ")}, and never over a file that is there.\n\nExample:\n  tunekit init my-task`,
      )
      .action((folder: string, options: GlobalOptions & { dryRun?: boolean }) =>
        run(async () => {
          const target = resolve(io.cwd, folder);
          const files = startFiles(target, io);
          refuseExisting(files, io);
          if (!options.dryRun) write(target, files, io);
          if (options.json) printJson(io, { written: options.dryRun !== true, files });
          else io.out(options.dryRun ? contents(files) : nextSteps(files, io));
          return 0;
        }),
      );
  },
};

function startFiles(target: string, io: Io): StartFile[] {
  const today = io.now().toISOString().slice(0, 10);
  return FILES.map((name) => {
    const template = readFileSync(new URL(`../templates/${name}`, import.meta.url), "utf8");
    return {
      name,
      path: join(target, name),
      text: template.replace(/asOf: TODAY( {5})?/g, `asOf: ${today}`),
    };
  });
}

/** Before anything is written, so that there is never half a start. */
function refuseExisting(files: readonly StartFile[], io: Io): void {
  const existing = files.find(({ path }) => existsSync(path));
  if (existing) throw fileExists(existing, io);
}

function write(target: string, files: readonly StartFile[], io: Io): void {
  for (const file of files) {
    try {
      makeFolder(target);
      writeFileSync(file.path, file.text, { flag: "wx" });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === "EEXIST" && existsSync(file.path)) throw fileExists(file, io);
      throw new InputError("FolderUnwritable", `the folder cannot be written (${code})`, {
        path: target,
        fix: "choose another folder: `tunekit init FOLDER`",
        cause,
      });
    }
  }
}

const fileExists = ({ path }: StartFile, io: Io): InputError =>
  new InputError("FileExists", "the file is there already, and init never writes over one", {
    path: relative(io.cwd, path),
    fix: "move it away, or choose another folder: `tunekit init FOLDER`",
  });

const contents = (files: readonly StartFile[]): string =>
  files.map(({ name, text }) => `--- ${name} (not written)\n${text}`).join("\n");

function nextSteps(files: readonly StartFile[], io: Io): string {
  const paths = files.map(({ path }) => relative(io.cwd, path));
  return [
    `Wrote ${paths.join(", ")}.`,
    "",
    "The figures marked EXAMPLE are made up: capital, life, power, utilisation and budget in tunekit.yaml,",
    "value, volume and costs in job.yaml. Put in your own before you trust a decision.",
    "",
    "Next",
    "  1. put your examples into examples.jsonl:  tunekit check examples.jsonl",
    "  2. write your prompts into prompts.yaml:   tunekit baseline job.yaml --prompts prompts.yaml",
    "  3. see what the gate says:                 tunekit plan job.yaml",
  ].join("\n");
}
