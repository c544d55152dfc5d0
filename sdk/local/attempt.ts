import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Seconds } from "../../core/units.ts";
import type { Workspace } from "./workspace.ts";

/**
 * One start of the trainer. The attempt is a process group of its own, so it survives the command that started it, and it
 * writes its own claim and its own end: whoever looks later needs nothing but the files.
 */
export interface Attempt {
  number: number;
  pid: number;
  /** Seconds since the epoch. */
  startedAt: Seconds;
  /** Absent while it runs, and after a kill that took the whole group. */
  exit?: { code: number; at: Seconds };
}

/**
 * The shell that stands between: claims the attempt by a link, which appears whole and only once, so of two that start at
 * once only one runs; waits for the trainer; records how it ended. It outlives SIGTERM, so that the record is always
 * written.
 */
const SUPERVISOR = `
claim=$1; shift
trap : TERM INT
start=$(date +%s) || exit 73
echo "$$ $start" > "$claim.$$"
ln "$claim.$$" "$claim" 2> /dev/null
lost=$?
rm "$claim.$$"
[ $lost = 0 ] || exit 73
"$@"
echo "$? $(date +%s)" > "$claim.exit.tmp"
mv "$claim.exit.tmp" "$claim.exit"
`;

export interface Start {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  /** The number that this attempt claims. */
  number: number;
}

/** Starts an attempt in the background. Losing the claim to another command is no error: the winner's attempt counts. */
export function startAttempt(space: Workspace, start: Start): void {
  mkdirSync(space.attempts, { recursive: true });
  const log = openSync(space.log(start.number), "a");
  const child = spawn(
    "/bin/sh",
    [
      "-c",
      SUPERVISOR,
      "tunekit-attempt",
      join(space.attempts, String(start.number)),
      ...start.command,
    ],
    { cwd: space.folder, env: start.env, detached: true, stdio: ["ignore", log, log] },
  );
  child.on("error", () => {}); // no shell: the attempt never claims, which the caller sees
  child.unref();
  closeSync(log);
}

/** All attempts that claimed, oldest first. */
export function readAttempts(space: Workspace): Attempt[] {
  if (!existsSync(space.attempts)) return [];
  return readdirSync(space.attempts)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
    .map((number) => {
      const [pid = 0, startedAt = 0] = numbers(join(space.attempts, String(number)));
      const [code, at] = numbers(join(space.attempts, `${number}.exit`));
      return {
        number,
        pid,
        startedAt,
        ...(code === undefined || at === undefined ? {} : { exit: { code, at } }),
      };
    });
}

function numbers(file: string): number[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").trim().split(" ").filter(Boolean).map(Number);
}

/**
 * Whether any process of the attempt is alive. The group is asked, not the leader: a trainer whose supervisor was killed
 * still trains. A number that was given out again is told apart by the run id in the environment, and a process that is
 * dead and not yet reaped (PID 1 of a container may never do it) has none.
 */
export function isAlive(attempt: Attempt, runId: string): boolean {
  if (attempt.pid <= 1) return false;
  try {
    process.kill(-attempt.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  if (!existsSync("/proc/self/stat")) return true; // not Linux: the group is all there is to ask
  const isOurs = (pid: number) =>
    readProcess(pid, "environ").split("\0").includes(`FT_RUN_ID=${runId}`);
  return isOurs(attempt.pid) || membersOf(attempt.pid).some(isOurs);
}

/** Processes of a group. */
const membersOf = (group: number): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      // "pid (name) state parent group ...": the name may hold anything, so count from its end (proc_pid_stat(5)).
      const stat = readProcess(pid, "stat");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]) === group;
    });

/** Empty for a process that is gone, or another user's, and so not ours. */
function readProcess(pid: number, file: "environ" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** Asks the attempt to stop: it finishes its step, writes a checkpoint and exits 75. */
export const terminate = (attempt: Attempt): void => signalGroup(attempt, "SIGTERM");

/** Ends an attempt that did not stop when it was asked to. */
export const kill = (attempt: Attempt): void => signalGroup(attempt, "SIGKILL");

function signalGroup(attempt: Attempt, signal: NodeJS.Signals): void {
  try {
    process.kill(-attempt.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
