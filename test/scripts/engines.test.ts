import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { engineNames } from "../engines/build/engines-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const SCRIPT = join(import.meta.dirname, "../../scripts/engines.ts");

/**
 * In place of Go: `go list` prints a folder that holds what upstream's modules hold, `go build` writes the package's name
 * into the binary and into a list. `fails` is a line of shell that runs first.
 */
function withGo({ fails = "" } = {}) {
  const home = temporaryFolder();
  const bin = join(home, "bin");
  const upstream = join(home, "upstream");
  for (const folder of [
    "config/components/crd/bases",
    "config/components/webhook",
    "pkg/apis/crds",
    "kwok/apis/crds",
  ])
    mkdirSync(join(upstream, folder), { recursive: true });
  mkdirSync(bin);
  writeFileSync(join(upstream, "main.go"), 'package main // "/etc/kueue/metrics/certs"\n');
  writeFileSync(join(upstream, "config/components/webhook/manifests.yaml"), "a: 1\n");
  writeFileSync(join(upstream, "kwok/apis/crds/one.yaml"), "a: 1\n", { mode: 0o400 });
  const go = join(bin, "go");
  const script = (first: string) =>
    [
      "#!/bin/sh",
      first,
      'case "$1" in',
      `list) echo ${upstream};;`,
      "env) echo go1.99;;",
      'build) while [ "$1" != "-o" ]; do shift; done; echo "$3" > "$2"; echo "$3" >> "$BUILDS";;',
      "esac",
    ].join("\n");
  writeFileSync(go, script(fails));
  chmodSync(go, 0o755);
  const builds = join(home, "builds");
  const env = {
    PATH: [bin, "/usr/bin", "/bin"].join(delimiter),
    HOME: home,
    XDG_CACHE_HOME: join(home, "cache"),
    BUILDS: builds,
    NO_COLOR: "1",
  };
  return {
    env,
    mend: () => writeFileSync(go, script("")),
    builds: () => (existsSync(builds) ? readFileSync(builds, "utf8").trim().split("\n") : []),
    folder: () => {
      const cache = join(home, "cache", "tunekit");
      return join(cache, readdirSync(cache)[0] as string);
    },
  };
}

const run = (env: NodeJS.ProcessEnv, ...args: string[]) =>
  spawnSync(process.execPath, [SCRIPT, ...args], { env, encoding: "utf8" });

describe("npm run engines", () => {
  it("builds every engine once, and then says that they are there", () => {
    const { env, builds, folder } = withGo();
    const first = run(env, "--json");
    expect(first.stderr).toContain("built kube v1.36.3 in");
    const { engines } = JSON.parse(first.stdout);
    expect(engines.map(({ name }: { name: string }) => name)).toEqual(engineNames);
    expect(builds()).toHaveLength(engineNames.length);
    expect(readFileSync(join(folder(), "source/kueue/kueue/main.go"), "utf8")).toBe(
      'package main // os.Getenv("KUEUE_METRICS_CERT_DIR")\n',
    );
    expect(readdirSync(join(folder(), "karpenter-crds"))).toEqual(["one.yaml"]);

    const second = run(env);
    expect(second.stdout).toContain(`The ${engineNames.length} engines are ready`);
    expect(second.stdout).toContain("Next: npm run test:engines");
    expect(builds()).toHaveLength(engineNames.length);
  });

  it("goes on where a failed build stopped, and leaves no half binary", () => {
    const fails =
      '[ "$1" = build ] && case "$*" in *kueue*) echo "no space left on device" >&2; exit 1;; esac';
    const { env, builds, folder, mend } = withGo({ fails });
    const failed = run(env, "--json");
    expect(failed.status).toBe(2);
    expect(JSON.parse(failed.stderr.trim().split("\n").at(-1) as string)).toMatchObject({
      code: "EngineBuildFailed",
      message: expect.stringContaining("ended with 1: no space left on device"),
      fix: expect.stringContaining("it goes on from here"),
    });
    const before = builds();
    expect(before).toHaveLength(engineNames.indexOf("kueue"));
    expect(existsSync(join(folder(), "kueue"))).toBe(false);
    mend();
    expect(run(env).status).toBe(0);
    expect(builds()).toHaveLength(engineNames.length);
    expect(builds().slice(0, before.length)).toEqual(before);
  });

  it("loses nothing on Ctrl-C", async () => {
    const fails =
      '[ "$1" = build ] && case "$*" in *kubectl*) echo waiting >&2; exec sleep 60;; esac';
    const { env, builds, mend } = withGo({ fails });
    const child = spawn(process.execPath, [SCRIPT], { env, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8");
    for await (const text of child.stderr) {
      said += text;
      if (said.includes("built kube ")) break;
    }
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect(code).toBe(1);
    const before = builds();
    mend();
    expect(run(env).status).toBe(0);
    expect(builds()).toHaveLength(engineNames.length);
    expect(builds().slice(0, before.length)).toEqual(before);
  });

  it("says what to install where there is no Go, and what works without it", () => {
    const env = { PATH: "/nowhere", HOME: temporaryFolder(), NO_COLOR: "1" };
    const { status, stderr } = run(env);
    expect(status).toBe(2);
    const text = stderr.replace(/\s+/g, " "); // lines break at 100 columns
    expect(text).toContain("no `go` is on the PATH [GoMissing]");
    expect(text).toContain("without it everything works but `npm run test:engines`");
  });

  it("says which Go it needs where the one at hand is too old", () => {
    const fails =
      '[ "$1" = env ] && { echo "go: go.mod requires go >= 1.26.6 (running go 1.22.1; GOTOOLCHAIN=local)" >&2; exit 1; }';
    const { stderr, status } = run(withGo({ fails }).env, "--json");
    expect(status).toBe(2);
    expect(JSON.parse(stderr.trim().split("\n").at(-1) as string)).toMatchObject({
      code: "GoTooOld",
      message: expect.stringContaining("the engines need Go 1.26.6 or newer"),
      fix: expect.stringContaining("https://go.dev/dl"),
    });
  });

  it("refuses an option that it does not have, and explains itself", () => {
    const env = { PATH: "/nowhere", HOME: temporaryFolder(), NO_COLOR: "1" };
    const wrong = run(env, "--force");
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain("--force");
    const help = run(env, "--help");
    expect(help.status).toBe(0);
    expect(help.stdout).toContain("Usage: npm run engines");
  });
});
