/** `npm run engines`: builds the real programs that `npm run test:engines` runs against, once per machine and version. */
import { parseArgs } from "node:util";
import { reportError } from "../cli/errors.ts";
import { processIo, progress } from "../cli/io.ts";
import { InputError } from "../core/errors.ts";
import { formatBytes } from "../core/units.ts";
import { buildEngines } from "../test/engines/build/build-engines.ts";
import { enginesFolder } from "../test/engines/build/engines-folder.ts";

const HELP = `Usage: npm run engines [-- --json]

Builds the Pulumi CLI, etcd, Kubernetes, kubectl, Kueue, kwok, Helm and Karpenter from Go modules, each once, into
  ${enginesFolder()}
Needs Go and its module proxy. The first time takes half an hour on 2 idle cores, more on busy ones, and 10 GB of disk, of
which Go's own caches are 9. What was built is kept, so that a stopped build goes on where it was. Deleting the folder is
safe.

  --json  print one JSON document: folder, and name, version, path, bytes and seconds of each engine
  --help  print this text`;

const json = process.argv.includes("--json");
const io = processIo();
try {
  const { help } = options();
  if (help) io.out(HELP);
  else await build();
} catch (error) {
  process.exitCode = reportError(error, json, io);
}

function options() {
  const known = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
  try {
    return parseArgs({ options: known }).values;
  } catch (error) {
    throw new InputError("Usage", (error as Error).message, {
      fix: "add --help to see the options",
    });
  }
}

async function build(): Promise<void> {
  const folder = enginesFolder();
  const shown = progress(io, "Building the engines");
  let doing = "looking at what is there";
  const redraw = setInterval(() => shown.update(doing), 1000);
  try {
    const engines = await buildEngines({
      signal: io.signal,
      onProgress: (text) => {
        doing = text;
      },
      onBuilt: ({ name, version, seconds, bytes }) => {
        shown.done();
        io.err(`built ${name} ${version} in ${seconds} s, ${formatBytes(bytes)}`);
      },
    });
    shown.done();
    const total = formatBytes(engines.reduce((sum, { bytes }) => sum + bytes, 0));
    io.out(
      json
        ? JSON.stringify({ folder, engines })
        : `The ${engines.length} engines are ready (${total}): ${folder}\nNext: npm run test:engines`,
    );
  } finally {
    clearInterval(redraw);
  }
}
