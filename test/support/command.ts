import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { projectEnv, type TestProject } from "./project.ts";

const CLI = join(import.meta.dirname, "../../cli/tunekit.mjs");

export interface Command {
  child: ChildProcess;
  /** Exit code, null after a kill, and standard output. */
  ended: Promise<{ exit: number | null; out: string }>;
}

/** A command line as a process of its own, so that it can be killed or raced. */
export function startCommand(project: TestProject, ...args: string[]): Command {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: project.folder,
    env: projectEnv,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk;
  });
  return {
    child,
    ended: new Promise((resolve) => child.on("close", (exit) => resolve({ exit, out }))),
  };
}
