import { spawn } from "node:child_process";

/** Runs Helm and returns its standard output. @throws Error with Helm's own words */
export type Helm = (...args: string[]) => Promise<string>;

/** The real Helm, acting on one cluster. */
export function helm(program: string, kubeconfig: string): Helm {
  return (...args) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        env: { ...process.env, KUBECONFIG: kubeconfig },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let [out, err] = ["", ""];
      child.stdout.on("data", (data) => {
        out += data;
      });
      child.stderr.on("data", (data) => {
        err += data;
      });
      child.on("error", (error) => reject(new Error(`Helm cannot be started: ${error.message}`)));
      child.on("close", (code) =>
        code === 0 ? resolve(out) : reject(new Error(`helm ${args[0]}: ${(err || out).trim()}`)),
      );
    });
}
