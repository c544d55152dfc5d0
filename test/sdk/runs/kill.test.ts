import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xorshift128plus } from "pure-rand/generator/xorshift128plus";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lastStep } from "../../../sdk/local/progress.ts";
import { workspace } from "../../../sdk/local/workspace.ts";
import { startCommand } from "../../support/command.ts";
import { copyProject, preparedProject, type TestProject } from "../../support/project.ts";
import { attemptsOf, expectSettledOnce } from "../../support/settlement.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Kills with -9 at random moments, real processes. `npm run kill-test` does the same to a real training. */
let base: TestProject;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tunekit-kill-"));
  base = await preparedProject(folder);
  base.behave({ stepMs: 25 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const submit = (project: TestProject) =>
  startCommand(project, "submit", "job.yaml", "--wait", "--json");

/** The run's folder on this machine, without the client: looking through it would settle what has ended. */
function runIdOf(project: TestProject): string | undefined {
  const work = join(project.folder, ".tunekit/work");
  return existsSync(work) ? readdirSync(work).find((name) => name.length === 26) : undefined;
}

/** Supervisor and trainer of the attempt that runs, as far as they are there. */
function processesOf(project: TestProject) {
  const runId = runIdOf(project);
  const attempt = runId ? attemptsOf(project, runId).at(-1) : undefined;
  if (!attempt || attempt.exit) return undefined;
  const children = `/proc/${attempt.pid}/task/${attempt.pid}/children`;
  if (!existsSync(children)) return undefined;
  const [trainer] = readFileSync(children, "utf8").split(" ").filter(Boolean).map(Number);
  return trainer === undefined ? undefined : { supervisor: attempt.pid, trainer };
}

/** Until the run has reported this step, or its command has ended. */
const reported = (project: TestProject, step: number, ended: Promise<unknown>) =>
  until(() => {
    const space = workspace(join(project.folder, ".tunekit/work"), runIdOf(project) ?? "none");
    return lastStep(space) >= step || undefined;
  }, ended);

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const VICTIMS = {
  command: () => {},
  trainer: ({ trainer }: { trainer: number }) => kill(trainer),
  "trainer and supervisor": ({ supervisor }: { supervisor: number }) => kill(-supervisor),
};

describe.skipIf(process.platform !== "linux")("kill -9", () => {
  it.each(["command", "trainer", "trainer and supervisor"] as const)(
    "of the %s, and the same job again: settled once",
    async (victim) => {
      const project = copyProject(base, temporaryFolder());
      const random = xorshift128plus(victim.length);
      // Anywhere before or after the start, then in the first half of the steps, then in the second.
      const moments = [
        () => sleep(uniformInt(random, 50, 500)),
        (ended: Promise<unknown>) => reported(project, uniformInt(random, 1, 4), ended),
        (ended: Promise<unknown>) => reported(project, uniformInt(random, 5, 8), ended),
      ];
      for (const moment of moments) {
        const command = submit(project);
        await moment(command.ended);
        const processes = processesOf(project);
        if (processes) VICTIMS[victim](processes);
        if (victim === "command" || !processes || uniformInt(random, 0, 1) === 0)
          command.child.kill("SIGKILL");
        await command.ended;
      }
      const last = await submit(project).ended;
      expect(last.exit).toBe(0);
      const result = await expectSettledOnce(project);
      expect(result.attempts).toBeGreaterThanOrEqual(victim === "command" ? 1 : 2);
    },
  );

  it("a supervisor that is dead hides no trainer: it is not started a second time", async () => {
    const project = copyProject(base, temporaryFolder());
    project.behave({ stepMs: 60 });
    const command = submit(project);
    await reported(project, 1, command.ended); // before, its child may still be the one that writes the claim
    const processes = processesOf(project);
    expect(processes).toBeDefined();
    kill(processes?.supervisor as number);
    const second = submit(project);
    const [first, other] = await Promise.all([command.ended, second.ended]);
    expect([first.exit, other.exit]).toEqual([0, 0]);
    expect((await expectSettledOnce(project)).attempts).toBe(1);
  });
});

describe("two submits of one job at once", () => {
  it("start one trainer", async () => {
    const project = copyProject(base, temporaryFolder());
    const ends = await Promise.all([
      submit(project).ended,
      submit(project).ended,
      submit(project).ended,
    ]);
    expect(ends.map(({ exit }) => exit)).toEqual([0, 0, 0]);
    const ids = ends.map(({ out }) => (JSON.parse(out) as { runId: string }).runId);
    expect(new Set(ids).size).toBe(1);
    expect((await expectSettledOnce(project)).attempts).toBe(1);
  });
});

/** What `look` finds; undefined when `ended` comes first. */
async function until<T>(
  look: () => T | undefined,
  ended: Promise<unknown>,
): Promise<T | undefined> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(10);
  }
  return undefined;
}
