import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { exclusively } from "../../../sdk/store/file-lock.ts";
import { fileStore } from "../../../sdk/store/file-store.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { objectStoreConformance } from "./conformance.ts";

const SCRIPT = join(import.meta.dirname, "../../support/store-process.ts");
const run = promisify(execFile);

objectStoreConformance("file store", async () =>
  fileStore(join(temporaryFolder(), "new", "store")),
);

describe("four processes on one file store", () => {
  const fourTimes = (...args: string[]) =>
    Promise.all(Array.from({ length: 4 }, () => run(process.execPath, [SCRIPT, ...args])));

  it("64 writers create one key at once: one wins, and its body stands; nothing is printed", async () => {
    const root = temporaryFolder();
    const processes = await fourTimes(root, "create", "race");
    const winners = processes.flatMap(({ stdout }) => JSON.parse(stdout) as string[]);
    expect(winners).toHaveLength(1);
    expect(readFileSync(join(root, "race"), "utf8")).toBe(winners[0]);
    expect(processes.map(({ stderr }) => stderr)).toEqual(["", "", "", ""]);
  });

  it("64 additions by compare-and-swap are all there", async () => {
    const root = temporaryFolder();
    await fileStore(root).put("counter", "0");
    await fourTimes(root, "add", "counter", "16");
    expect(readFileSync(join(root, "counter"), "utf8")).toBe("64");
  });
});

describe("kill -9", () => {
  const start = async (...args: string[]) => {
    const child = spawn(process.execPath, [SCRIPT, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    return async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    };
  };

  it("of the process that holds the lock lets the next one in", async () => {
    const root = temporaryFolder();
    const store = fileStore(root);
    await store.put("k", "one");
    const kill = await start(root, "hold");
    await expect(exclusively(join(root, ".lock.sqlite"), () => "in", 20)).rejects.toMatchObject({
      name: "StoreError",
      code: "StoreBusy",
      message: `another process held ${root}/.lock.sqlite for 0.02 s`,
      fix: "look for a stopped tunekit process on this store, end it, then try again",
    });
    const waiting = store.put("k", "two");
    await kill();
    expect(await waiting).toMatchObject({ ok: true });
  });

  it("in the middle of writes leaves a whole object and no trace in a listing", async () => {
    const root = temporaryFolder();
    const store = fileStore(root);
    for (let round = 0; round < 5; round++) {
      const kill = await start(root, "hammer", "large");
      await store.put("beside", `round ${round}`); // a moment of real work, so that kills fall at different points
      await kill();
      const body = Buffer.from((await store.get("large"))?.body ?? []).toString();
      expect(new Set(body).size).toBeLessThanOrEqual(1);
      expect([0, 2 ** 22]).toContain(body.length);
    }
    expect((await store.list("")).keys.filter((key) => key !== "large")).toEqual(["beside"]);
  });

  it("leaves at most a staged file, which a later store removes after a day", async () => {
    const root = temporaryFolder();
    const staging = join(root, ".staging");
    mkdirSync(staging);
    writeFileSync(join(staging, "old"), "half");
    utimesSync(join(staging, "old"), new Date(0), new Date(0));
    writeFileSync(join(staging, "in-progress"), "half");
    await fileStore(root).put("k", "x");
    expect(readdirSync(staging)).toEqual(["in-progress"]);
  });
});

describe("a file store that cannot be used", () => {
  it("is a file", async () => {
    const root = join(temporaryFolder(), "file");
    writeFileSync(root, "");
    const store = fileStore(root);
    for (const use of [
      () => store.get("k"),
      () => store.put("k", "x"),
      () => store.put("k", "x", { ifAbsent: true }),
      () => store.list(""),
      () => store.delete("k"),
    ]) {
      await expect(use()).rejects.toMatchObject({
        name: "StoreError",
        code: "StoreNotFolder",
        path: root,
        message: `${root} cannot be a store: it, or a part of its path, is a file`,
        fix: "give a folder as the store, or move that file away",
      });
    }
  });

  it("lies below a file", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const root = join(file, "store");
    await expect(fileStore(root).put("k", "x")).rejects.toMatchObject({
      code: "StoreNotFolder",
      message: `${root} cannot be a store: it, or a part of its path, is a file`,
    });
  });

  it.each([undefined, { ifAbsent: true } as const])(
    "has a key above or below: %o",
    async (condition) => {
      const root = temporaryFolder();
      const store = fileStore(root);
      await store.put("a/b", "x");
      const taken = (key: string) => ({
        name: "StoreError",
        code: "KeyTaken",
        path: key,
        message: `"${key}" clashes with another key: one is a folder of the other`,
        fix: "use a key that is neither below nor above an existing one",
      });
      await expect(store.put("a", "y", condition)).rejects.toMatchObject(taken("a"));
      await expect(store.put("a/b/c", "y", condition)).rejects.toMatchObject(taken("a/b/c"));
      expect((await store.list("")).keys).toEqual(["a/b"]);
    },
  );

  it("has a lock file that is none", async () => {
    const root = temporaryFolder();
    const lock = join(root, ".lock.sqlite");
    writeFileSync(lock, "this is no database ".repeat(100));
    await expect(fileStore(root).put("k", "x")).rejects.toMatchObject({
      name: "StoreError",
      code: "StoreLockBroken",
      message: `${lock} is not the lock file that it should be`,
      fix: `delete ${lock} while no tunekit process runs; it holds no data`,
    });
  });

  it("may not be written by this user", () => {
    const root = temporaryFolder();
    const asRoot = process.getuid?.() === 0;
    chmodSync(root, asRoot ? 0o755 : 0o555);
    const stdout = execFileSync(process.execPath, [SCRIPT, root, "put", "k"], {
      encoding: "utf8",
      ...(asRoot ? { uid: 65534, gid: 65534 } : {}), // root may write anywhere, so it sends somebody else
    });
    chmodSync(root, 0o755);
    expect(JSON.parse(stdout)).toEqual({
      error: "StoreError",
      code: "StoreDenied",
      path: "k",
      message: `this user may not read or write "k" in ${root}`,
      fix: `give this user read and write rights on ${root} and everything in it`,
    });
  });

  /** Mounts a file system of its own over the store, seen by that one process only. */
  const onMount = (root: string, options: string) => {
    const script = `mount -t tmpfs -o ${options} none "$1" && exec "$2" "$3" "$1" put k`;
    return spawnSync("unshare", ["-rm", "sh", "-c", script, "sh", root, process.execPath, SCRIPT], {
      encoding: "utf8",
    });
  };
  const canMount = spawnSync("unshare", ["-rm", "true"]).status === 0;

  it("is full", (context) => {
    if (!canMount) context.skip("no private mounts here: run on Linux with user namespaces");
    const root = temporaryFolder();
    const { stdout } = onMount(root, "size=256k");
    expect(JSON.parse(stdout)).toEqual({
      error: "StoreError",
      code: "StoreFull",
      path: "k",
      message: `no space left in ${root} for "k"; nothing was changed`,
      fix: "free disk space or give a store on a larger disk, then repeat",
    });
  });

  it("is read-only", (context) => {
    if (!canMount) context.skip("no private mounts here: run on Linux with user namespaces");
    const root = temporaryFolder();
    const { stdout } = onMount(root, "ro");
    expect(JSON.parse(stdout)).toEqual({
      error: "StoreError",
      code: "StoreReadOnly",
      path: "k",
      message: `${root} is on a read-only file system`,
      fix: "give a store on a disk that can be written",
    });
    expect(existsSync(join(root, "k"))).toBe(false);
  });
});
