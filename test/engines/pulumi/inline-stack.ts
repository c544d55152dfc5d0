import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  LocalWorkspace,
  PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import type { PulumiHome } from "./pulumi-home.ts";

/** A stack of a program in this process, on the real engine. `config`: `{ "aws:region": "us-east-1" }`. */
export async function inlineStack(
  home: PulumiHome,
  projectName: string,
  program: PulumiFn,
  config: Record<string, string> = { "aws:region": "us-east-1" },
): Promise<Stack> {
  const workDir = join(home.folder, projectName);
  mkdirSync(workDir, { recursive: true });
  const pulumiCommand = await PulumiCommand.get({ root: home.folder });
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "dev", projectName, program },
    { pulumiHome: home.folder, pulumiCommand, envVars: home.env, workDir },
  );
  for (const [key, value] of Object.entries(config)) await stack.setConfig(key, { value });
  return stack;
}
