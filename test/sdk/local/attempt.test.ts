import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  type Attempt,
  isAlive,
  readAttempts,
  startAttempt,
  terminate,
} from "../../../sdk/local/attempt.ts";
import { type Workspace, workspace } from "../../../sdk/local/workspace.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const RUN = "01JD0000000000000000000000";

function space(): Workspace {
  const made = workspace(temporaryFolder(), RUN);
  mkdirSync(made.folder, { recursive: true });
  onTestFinished(() => {
    for (const { pid, exit } of readAttempts(made)) {
      if (!exit && pid > 1 && isAlive({ number: 1, pid, startedAt: 0 }, RUN))
        process.kill(-pid, "SIGKILL");
    }
  });
  return made;
}

const start = (at: Workspace, script: string, number = 1) =>
  startAttempt(at, {
    number,
    command: ["/bin/sh", "-c", script],
    env: { PATH: process.env.PATH ?? "", FT_RUN_ID: RUN },
  });

async function first(at: Workspace, wanted: (attempt: Attempt) => boolean): Promise<Attempt> {
  for (;;) {
    const attempt = readAttempts(at)[0];
    if (attempt && wanted(attempt)) return attempt;
    await sleep(5);
  }
}

describe("an attempt", () => {
  it("records how it ended", async () => {
    const at = space();
    start(at, "exit 78");
    const { exit, startedAt, pid } = await first(at, (attempt) => attempt.exit !== undefined);
    expect(exit?.code).toBe(78);
    expect(exit?.at).toBeGreaterThanOrEqual(startedAt);
    while (isAlive({ number: 1, pid, startedAt }, RUN)) await sleep(5); // its supervisor ends after the record
    expect(readdirSync(at.attempts).sort()).toEqual(["1", "1.exit"]);
  });

  it("is claimed by one of many that start at once", async () => {
    const at = space();
    for (let tries = 0; tries < 8; tries += 1) start(at, `echo started >> ${at.folder}/starts`);
    await first(at, (attempt) => attempt.exit !== undefined);
    while (readdirSync(at.attempts).length > 2) await sleep(5); // losers still tidy up
    expect(readFileSync(join(at.folder, "starts"), "utf8")).toBe("started\n");
  });

  it("is told to stop, and its supervisor lives to record it", async () => {
    const at = space();
    start(at, `trap 'exit 75' TERM; touch ${at.folder}/ready; while :; do sleep 0.02; done`);
    while (!existsSync(join(at.folder, "ready"))) await sleep(5);
    terminate(await first(at, () => true));
    expect((await first(at, (attempt) => attempt.exit !== undefined)).exit?.code).toBe(75);
    terminate(readAttempts(at)[0] as Attempt); // a second time is no error
  });

  it.skipIf(process.platform !== "linux")("lives as long as any process of its group", async () => {
    const at = space();
    start(at, `touch ${at.folder}/ready; sleep 30`);
    while (!existsSync(join(at.folder, "ready"))) await sleep(5);
    const attempt = await first(at, () => true);
    process.kill(attempt.pid, "SIGKILL"); // the supervisor alone
    while (existsSync(`/proc/${attempt.pid}`)) await sleep(5);
    expect(isAlive(attempt, RUN)).toBe(true);
    expect(isAlive(attempt, "01JD0000000000000000000001")).toBe(false); // a number that was given out again
    process.kill(-attempt.pid, "SIGKILL");
    while (isAlive(attempt, RUN)) await sleep(5);
    expect(readAttempts(at)[0]?.exit).toBeUndefined();
  });

  it.skipIf(process.platform !== "linux")("that is dead and not reaped is not alive", async () => {
    // `sleep` takes the shell's place and reaps nothing, as PID 1 of many containers: its child stays with its group.
    const script = "setsid sleep 0.2 & echo $!; exec sleep 30";
    const parent = spawn("/bin/sh", ["-c", script], {
      env: { FT_RUN_ID: RUN, PATH: process.env.PATH },
    });
    onTestFinished(() => {
      parent.kill("SIGKILL");
    });
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    const groupIsThere = () => {
      try {
        return process.kill(-pid, 0);
      } catch {
        return false;
      }
    };
    while (!groupIsThere()) await sleep(5);
    while (isAlive({ number: 1, pid, startedAt: 0 }, RUN)) await sleep(5);
    expect(groupIsThere()).toBe(true);
  });

  it("with a claim that a kill cut off is not alive", () => {
    const at = space();
    mkdirSync(at.attempts);
    writeFileSync(join(at.attempts, "1"), "");
    expect(readAttempts(at)).toEqual([{ number: 1, pid: 0, startedAt: 0 }]);
    expect(isAlive(readAttempts(at)[0] as Attempt, RUN)).toBe(false);
  });
});
