import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { PulumiHome } from "./pulumi-home.ts";

export interface CliResult {
  /** Exit code. */
  code: number;
  /** Standard output and error, in the order of their arrival. */
  text: string;
  seconds: number;
}

export type PulumiCli = (...args: string[]) => Promise<CliResult>;

/** The plain `pulumi` command in a folder. */
export const pulumiCli =
  (home: PulumiHome, cwd: string): PulumiCli =>
  (...args) =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const child = spawn("pulumi", [...args, "--non-interactive", "--color=never"], {
        cwd,
        env: home.env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let text = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (data) => {
          text += data;
        });
      child.on("error", reject);
      child.on("close", (code) =>
        resolve({ code: code ?? 1, text, seconds: (performance.now() - startedAt) / 1000 }),
      );
    });

const ROOT = join(import.meta.dirname, "../../..");

/**
 * This repository as a Pulumi project, by links: Pulumi writes an encryption salt into the stack's settings, and those of
 * the repository stay as they are. `settings/Pulumi.<stack>.yaml` may be edited.
 */
export function linkedProject(home: PulumiHome): string {
  const folder = join(home.folder, "project");
  mkdirSync(folder);
  for (const name of ["node_modules", "package.json", "stacks"])
    symlinkSync(join(ROOT, name), join(folder, name));
  const project = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8"));
  writeFileSync(join(folder, "Pulumi.yaml"), stringify({ ...project, stackConfigDir: "settings" }));
  cpSync(join(ROOT, project.stackConfigDir), join(folder, "settings"), {
    recursive: true,
    filter: (file) => !/\.ts$/.test(file),
  });
  return folder;
}
