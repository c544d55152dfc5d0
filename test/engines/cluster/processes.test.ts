import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { serversIn } from "./processes.ts";
import { waitFor } from "./wait-for.ts";

const OWNER = join(import.meta.dirname, "servers-owner.ts");

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

it.each(["SIGKILL", "SIGTERM"] as const)(
  "leaves neither a server nor the folder behind when its owner ends by %s",
  async (signal) => {
    const folder = temporaryFolder();
    const owner = spawn(process.execPath, [OWNER, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => {
      owner.kill("SIGKILL");
    });
    const [line] = await once(createInterface(owner.stdout), "line");
    const pids: number[] = JSON.parse(line);
    expect(pids.map(isAlive)).toEqual([true, true]);
    owner.kill(signal);
    await waitFor("the servers to end", () => !pids.some(isAlive));
    await waitFor("the folder to go", () => !existsSync(folder));
    expect(existsSync(folder)).toBe(false);
  },
);

it("ends every server on request, also one that does not listen", async () => {
  const folder = temporaryFolder();
  const servers = serversIn(folder);
  servers.start("sleeper", "sleep", ["600"]);
  servers.start("deaf", "sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"]);
  await servers.waitFor("its first words", () => servers.log("deaf"));
  const pids = Object.values(servers.pids());
  expect(pids.map(isAlive)).toEqual([true, true]);
  await servers.stop();
  expect(pids.map(isAlive)).toEqual([false, false]);
  expect(existsSync(folder)).toBe(false);
});

it("says which server has ended, with the end of its log", async () => {
  const servers = serversIn(temporaryFolder());
  servers.start("brief", "sh", ["-c", "echo port is taken; exit 3"]);
  const waiting = servers.waitFor("an answer", () => false);
  await expect(waiting).rejects.toThrow(/brief ended with 3[\s\S]*--- brief\nport is taken/);
  await servers.stop();
});

it("shows the end of every log when time is up", async () => {
  const servers = serversIn(temporaryFolder());
  servers.start("slow", "sh", ["-c", "echo loading; exec sleep 600"]);
  await servers.waitFor("its first words", () => servers.log("slow"));
  const waiting = servers.waitFor("an answer", () => false, { timeoutMs: 300 });
  await expect(waiting).rejects.toThrow(/waited 0.3 s for an answer[\s\S]*--- slow\nloading/);
  await servers.stop();
});
