import { existsSync, globSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { InputError } from "../core/errors.ts";
import { parseStackFile } from "../core/platform/read-stack-config.ts";
import type { StackConfig } from "../core/platform/stack-config.ts";
import { nearest } from "../core/spec/parse.ts";
import { readInput } from "./read-input.ts";

const Project = z.looseObject({ stackConfigDir: z.string().default(".") });

/** The settings of a stack, from the Pulumi project in this folder or the nearest one above. @throws InputError, SpecError */
export function readStackFile(cwd: string, stack: string): StackConfig {
  const project = projectOf(cwd);
  const { stackConfigDir } = Project.parse(parse(readInput(project, relative(cwd, project))) ?? {});
  const folder = join(dirname(project), stackConfigDir);
  const name = stack.split("/").at(-1) as string; // `organisation/project/stack`
  const file = join(folder, `Pulumi.${name}.yaml`);
  const shown = relative(cwd, file);
  if (!existsSync(file)) throw noSuchStack(name, folder, shown);
  return parseStackFile(readInput(file, shown), shown);
}

function projectOf(folder: string): string {
  const file = join(folder, "Pulumi.yaml");
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  if (parent !== folder) return projectOf(parent);
  throw new InputError("NoPulumiProject", "there is no Pulumi.yaml here or in a parent folder", {
    fix: "go to the folder of the Pulumi project",
  });
}

function noSuchStack(name: string, folder: string, shown: string): InputError {
  const stacks = globSync("Pulumi.*.yaml", { cwd: folder }).map(
    (file) => basename(file).split(".")[1] as string,
  );
  const near = nearest(name, stacks);
  const known = stacks.length > 0 ? `stacks: ${stacks.sort().join(", ")}` : "write the file";
  return new InputError("NoSuchStack", `there is no stack "${name}"`, {
    path: shown,
    fix: near ? `did you mean "${near}"?` : known,
  });
}
