import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** What the contract sets and mounts. A path is the same inside a container as outside. */
export interface Launch {
  env: Readonly<Record<string, string>>;
  readable: readonly string[];
  writable: readonly string[];
}

export interface Launched {
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** As a shell counts it: 137 after SIGKILL, 143 after an unhandled SIGTERM. */
  exit: Promise<number>;
}

/** Starts a trainer; `pid1` says whether it can run as the first process of a container. */
export interface Launcher {
  readonly name: string;
  readonly pid1: { possible: true } | { possible: false; reason: string };
  start(launch: Launch, options?: { asPid1?: boolean }): Launched;
}

const SIGNALS: Partial<Record<NodeJS.Signals, number>> = { SIGKILL: 137, SIGTERM: 143 };

function watch(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(program, args, { env, stdio: "ignore" });
  const exit = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? SIGNALS[signal as NodeJS.Signals] ?? 255));
  });
  return { child, exit };
}

/** A program of this machine, as a child process or, in a process namespace of its own, as PID 1. */
export function commandLauncher(command: readonly [string, ...string[]]): Launcher {
  const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const namespace = [...asRoot, "--pid", "--fork", "--kill-child", "--mount-proc"];
  const possible = spawnSync("unshare", [...namespace, "true"]).status === 0;
  return {
    name: command.join(" "),
    pid1: possible
      ? { possible }
      : { possible, reason: "unshare cannot make a process namespace here" },
    start({ env }, { asPid1 = false } = {}) {
      const full = { OMP_NUM_THREADS: "1", ...process.env, ...env };
      const [program, ...args] = asPid1
        ? (["unshare", ...namespace, ...command] as const)
        : command;
      const { child, exit } = watch(program, args, full);
      const pid = child.pid ?? 0;
      return {
        exit,
        signal: (name) => process.kill(asPid1 ? onlyChildOf(pid) : pid, name),
      };
    },
  };
}

const onlyChildOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);

/** A container image, under the restrictions of a pod: read-only root, no network, no privileges, not root. */
export function imageLauncher(image: string): Launcher {
  let count = 0;
  return {
    name: image,
    pid1: { possible: false, reason: "in a container every case runs as PID 1" },
    start({ env, readable, writable }) {
      count += 1;
      const name = `tunekit-conformance-${process.pid}-${count}`;
      const mounts = [
        ...readable.map((path) => `${path}:${path}:ro`),
        ...writable.map((path) => `${path}:${path}`),
      ];
      const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
      const limits = ["--read-only", "--tmpfs", "/tmp", "--network", "none", "--cap-drop", "ALL"];
      const user = ["--security-opt", "no-new-privileges", "--user", `${uid || 65532}:${gid}`];
      const args = ["run", "--rm", "--name", name, ...limits, ...user];
      for (const mount of mounts) args.push("--volume", mount);
      for (const variable of variables) args.push("--env", variable);
      const { exit } = watch("docker", [...args, image], process.env);
      return {
        exit,
        signal: (signal) => {
          spawnSync("docker", ["kill", "--signal", signal, name]);
        },
      };
    },
  };
}
