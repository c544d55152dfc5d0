#!/usr/bin/env node
// Stands in for the Python of the trainer where only processes, files and exit codes matter: it keeps the container
// contract (docs/trainer.md) and learns nothing. It proves the client and the command line; the real trainer is proven
// by the conformance kit (`npm run conformance`) and by the demo (`npm run demo`).
// As a Python it answers `-c <probe> NAME…` with pinned versions, and runs `train.py` and `evaluate.py`.
import module from "node:module";
import { basename } from "node:path";

module.enableCompileCache?.();

const [script = "", ...rest] = process.argv.slice(2);
if (script === "-c") {
  const { pinnedVersions } = await import("./stand-in/versions.ts");
  console.log(JSON.stringify(pinnedVersions(rest.slice(1))));
} else if (basename(script) === "train.py") {
  const { train } = await import("./stand-in/train.ts");
  await train();
} else {
  const { evaluate } = await import("./stand-in/evaluate.ts");
  await evaluate();
}
