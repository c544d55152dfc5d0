import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { alone } from "../../../sdk/local/install-lock.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const SCRIPT = join(import.meta.dirname, "../../support/install-lock-process.ts");

/** A process that holds the lock until it is killed. */
async function holder(file: string) {
  const child = spawn(process.execPath, [SCRIPT, file], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [said] = await once(child.stdout, "data");
  expect(String(said)).toBe("held\n");
  return child;
}

const newLock = () => join(temporaryFolder(), "lock.sqlite");

describe("alone", () => {
  it("lets one at a time in after a kill -9 of the holder, and each waiter says once that it waits", async () => {
    const file = newLock();
    const held = await holder(file);
    const waiting: number[] = [];
    const inside: string[] = [];
    const waiter = (number: number) =>
      alone(
        file,
        {
          onWait: () => {
            waiting.push(number);
            if (waiting.length === 3) held.kill("SIGKILL");
          },
        },
        async () => {
          inside.push(`${number} in`);
          for (let turn = 0; turn < 100; turn++) await nextTurn();
          inside.push(`${number} out`);
          return number;
        },
      );
    expect(await Promise.all([waiter(1), waiter(2), waiter(3)])).toEqual([1, 2, 3]);
    expect(waiting).toEqual([1, 2, 3]);
    const order = inside.filter((_, index) => index % 2 === 0).map((words) => words[0]);
    expect(order.toSorted()).toEqual(["1", "2", "3"]);
    expect(inside).toEqual(order.flatMap((number) => [`${number} in`, `${number} out`]));
  });

  it("waits for no one when it is free, and lets go after a failure", async () => {
    const file = newLock();
    const onWait = () => expect.unreachable("nobody holds it");
    const failing = alone(file, { onWait }, () => Promise.reject(new Error("disk full")));
    await expect(failing).rejects.toThrow("disk full");
    expect(await alone(file, { onWait }, async () => "done")).toBe("done");
  });

  it("stops waiting when it is told to, and the holder keeps its lock", async () => {
    const file = newLock();
    await holder(file);
    for (const _ of ["first", "again"]) {
      const controller = new AbortController();
      const { signal } = controller;
      const waiting = alone(file, { onWait: () => controller.abort(), signal }, async () => "in");
      await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    }
  });

  it("says what to do about a file that is no lock", async () => {
    const file = newLock();
    writeFileSync(file, "4711".repeat(1000));
    await expect(alone(file, { onWait: () => {} }, async () => "in")).rejects.toMatchObject({
      name: "StoreError",
      code: "StoreLockBroken",
      fix: `delete ${file} while no tunekit process runs; it holds no data`,
    });
  });
});
