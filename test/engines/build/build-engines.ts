import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { chmod, glob } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { InputError } from "../../../core/errors.ts";
import type { Environment } from "../../../sdk/local/cache-folder.ts";
import { alone } from "../../../sdk/local/install-lock.ts";
import { ENGINES, type Engine, type EngineName } from "./engines.ts";
import { enginesFolder, GO_SOURCES } from "./engines-folder.ts";

export interface BuiltEngine {
  name: EngineName;
  version: string;
  path: string;
  bytes: number;
  /** Seconds that this build took; null when it was there already. */
  seconds: number | null;
}

export interface BuildOptions {
  env?: Environment;
  /** Called often: which engine of how many, and what Go says at the moment. */
  onProgress?: (text: string) => void;
  /** Called once for each engine that was built. */
  onBuilt?: (engine: BuiltEngine) => void;
  signal?: AbortSignal;
}

/**
 * Builds every engine that the cache lacks. A binary is there whole or not at all, and what Go has compiled stays in Go's
 * own cache: stopped anywhere, the next call goes on. Of two at once, one waits.
 * @throws InputError `GoMissing`, `GoTooOld`, `EngineBuildFailed`
 */
export async function buildEngines(options: BuildOptions = {}): Promise<BuiltEngine[]> {
  const { env = process.env, onProgress = () => {}, onBuilt = () => {}, signal } = options;
  const folder = enginesFolder(env);
  mkdirSync(folder, { recursive: true });
  const onWait = () => onProgress("another process builds the engines already; waiting for it");
  return alone(join(folder, "lock.sqlite"), { onWait, signal }, async () => {
    const built: BuiltEngine[] = [];
    let checked = false;
    for (const [index, engine] of ENGINES.entries()) {
      const path = join(folder, engine.name);
      const { name, version } = engine;
      let seconds: number | null = null;
      if (!existsSync(path)) {
        const go: Go = {
          env,
          signal,
          onLine: (line) => onProgress(`${name} (${index + 1} of ${ENGINES.length}): ${line}`),
        };
        if (!checked) await checkGo(go);
        checked = true;
        const startedAt = performance.now();
        await buildEngine(engine, folder, go);
        seconds = Math.round((performance.now() - startedAt) / 1000);
      }
      const result = { name, version, path, bytes: statSync(path).size, seconds };
      built.push(result);
      if (seconds !== null) onBuilt(result);
    }
    return built;
  });
}

/** The manifests come first: where the binary is, they are. */
async function buildEngine(engine: Engine, folder: string, go: Go): Promise<void> {
  const module = join(folder, "source", engine.name);
  rmSync(module, { recursive: true, force: true });
  cpSync(join(GO_SOURCES, engine.module), module, { recursive: true });
  go.onLine("starting");
  if (engine.patched) await writePatched(engine, module, go);
  if (engine.manifests) await copyManifests(engine, module, folder, go);
  const variables = Object.entries(engine.variables ?? {}).map(
    ([name, value]) => `-X ${name}=${value}`,
  );
  const partial = join(folder, `${engine.name}.partial`);
  await runGo(
    [
      "build",
      "-v",
      ...tagsOf(engine),
      "-ldflags",
      ["-s", "-w", ...variables].join(" "),
      "-o",
      partial,
      engine.package,
    ],
    module,
    go,
  );
  renameSync(partial, join(folder, engine.name));
}

async function writePatched(engine: Engine, module: string, go: Go): Promise<void> {
  const { package: name, find, replace } = engine.patched as NonNullable<Engine["patched"]>;
  const source = await goList("{{.Dir}}", name, engine, module, go);
  const text = readFileSync(join(source, "main.go"), "utf8");
  if (!text.includes(find)) {
    throw new InputError("EngineBuildFailed", `main.go of ${name} no longer holds ${find}`, {
      fix: "read how that version finds this path, and correct `patched` in test/engines/build/engines.ts",
      path: join(source, "main.go"),
    });
  }
  const target = join(module, engine.package, "main.go");
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text.replace(find, replace));
}

async function copyManifests(
  engine: Engine,
  module: string,
  folder: string,
  go: Go,
): Promise<void> {
  const { package: name, copy } = engine.manifests as NonNullable<Engine["manifests"]>;
  const source = await goList("{{.Module.Dir}}", name, engine, module, go);
  for (const [from, to] of Object.entries(copy)) {
    cpSync(join(source, from), join(folder, to), { recursive: true });
    // Go's module cache is read-only, and the copies would be too.
    await chmod(join(folder, to), 0o755);
    for await (const file of glob(join(folder, to, "**/*"))) await chmod(file, 0o644);
  }
}

interface Go {
  env: Environment;
  signal: AbortSignal | undefined;
  onLine: (line: string) => void;
}

const goList = (format: string, name: string, engine: Engine, module: string, go: Go) =>
  runGo(["list", ...tagsOf(engine), "-f", format, name], module, go);

const tagsOf = ({ tags }: Engine): string[] => (tags ? ["-tags", tags] : []);

/** The module that asks for the newest Go decides; a Go that may fetch a newer one itself does so here. */
async function checkGo(go: Go): Promise<void> {
  const wanted = ENGINES.map(({ module }) => goLine(module))
    .sort(byVersion)
    .at(-1) as string;
  const module = ENGINES.find((engine) => goLine(engine.module) === wanted) as Engine;
  await runGo(["env", "GOVERSION"], join(GO_SOURCES, module.module), go).catch((error) => {
    if (!(error instanceof InputError && /requires go/.test(error.message))) throw error;
    throw new InputError("GoTooOld", `the engines need Go ${wanted} or newer: ${error.message}`, {
      fix: `install Go ${wanted} or newer (https://go.dev/dl), or set GOTOOLCHAIN=auto; then run \`npm run engines\` again`,
    });
  });
}

const goLine = (module: string): string =>
  /^go (\S+)$/m.exec(readFileSync(join(GO_SOURCES, module, "go.mod"), "utf8"))?.[1] ?? "";

const byVersion = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

/** Runs Go in a module folder and returns what it prints; what it says meanwhile goes to `onLine`. */
async function runGo(args: readonly string[], cwd: string, go: Go): Promise<string> {
  const child = spawn("go", args, {
    cwd,
    env: {
      ...go.env,
      CGO_ENABLED: "0",
      GOFLAGS: "-mod=readonly -trimpath -buildvcs=false",
      GOWORK: "off",
    },
    stdio: ["ignore", "pipe", "pipe"],
    signal: go.signal,
    killSignal: "SIGINT", // Go then ends its compilers too
  });
  const said: string[] = [];
  createInterface(child.stderr).on("line", (line) => {
    said.push(line);
    go.onLine(line);
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new InputError("GoMissing", "the engines are Go programs, and no `go` is on the PATH", {
      fix: "install Go (https://go.dev/dl) and run `npm run engines` again; without it everything works but `npm run test:engines`",
    });
  });
  if (code === 0) return out.trim();
  const last = said
    .filter((line) => !line.startsWith("go: downloading"))
    .slice(-3)
    .join(" / ");
  throw new InputError(
    "EngineBuildFailed",
    `\`go ${args[0]}\` in ${cwd} ended with ${code}: ${last}`,
    {
      fix: "correct what these lines name (most often the network, a proxy or a full disk), then run `npm run engines` again: it goes on from here",
    },
  );
}
