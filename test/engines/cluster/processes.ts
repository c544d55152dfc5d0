import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type WaitOptions, waitFor } from "./wait-for.ts";

const GRACE_MS = 3000;
const LOG_TAIL = 1500;

/** The servers of one cluster: they log into its folder, and none of them outlives this process. */
export interface Processes {
  start(name: string, binary: string, args: readonly string[], env?: NodeJS.ProcessEnv): void;
  /** Fails at once, with the log, when a server has ended; with the end of every log when time is up. */
  waitFor(what: string, test: () => unknown, options?: WaitOptions): Promise<void>;
  /** All that a server has said. */
  log(name: string): string;
  pids(): Readonly<Record<string, number>>;
  /** Ends the servers, the last one first. */
  stop(): Promise<void>;
}

export function serversIn(folder: string): Processes {
  const started = new Map<string, ChildProcess>();
  const logOf = (name: string) => join(folder, `${name}.log`);
  const log = (name: string) => readFileSync(logOf(name), "utf8");
  const keeper = startKeeper(folder);

  function refuseEnded(): void {
    for (const [name, child] of started) {
      if (hasEnded(child))
        throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}`);
    }
  }

  return {
    start(name, binary, args, env = {}) {
      const file = openSync(logOf(name), "a");
      const child = spawn(binary, args, {
        stdio: ["ignore", file, file],
        env: { ...process.env, ...env },
      });
      closeSync(file);
      child.on("error", (error) => appendFileSync(logOf(name), `${error.message}\n`));
      started.set(name, child);
      if (child.pid) keeper.stdin?.write(`${child.pid}\n`);
    },
    async waitFor(what, test, options) {
      await waitFor(what, test, { timeoutMs: 60_000, ...options, alive: refuseEnded }).catch(
        (error: Error) => {
          const logs = [...started.keys()].map(
            (name) => `--- ${name}\n${log(name).slice(-LOG_TAIL)}`,
          );
          throw new Error([error.message, ...logs].join("\n"));
        },
      );
    },
    log,
    pids: () =>
      Object.fromEntries([...started].flatMap(([name, { pid }]) => (pid ? [[name, pid]] : []))),
    async stop() {
      for (const child of [...started.values()].reverse()) await end(child);
      keeper.stdin?.end();
      if (!hasEnded(keeper)) await once(keeper, "exit");
    },
  };
}

/**
 * Waits for the end of this process, of whatever kind: a pipe closes after `kill -9` too. Then it kills what is left and
 * removes the folder. It has a session of its own, so that Ctrl-C does not end it first.
 */
function startKeeper(folder: string): ChildProcess {
  const script =
    'pids=; while read -r pid; do pids="$pids $pid"; done; kill -9 $pids 2>/dev/null; rm -rf "$0"';
  return spawn("sh", ["-c", script, folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
}

const hasEnded = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, "exit");
  const impatient = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  child.kill("SIGTERM");
  await gone;
  clearTimeout(impatient);
}
