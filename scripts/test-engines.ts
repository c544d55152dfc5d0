/**
 * `npm run test:engines`: the tests that run against real engines. Where these are not built it says so and ends well,
 * unless TUNEKIT_ENGINES=required. Arguments go to vitest.
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { enginesFolder, whyNoEngines } from "../test/engines/build/engines-folder.ts";

const why = whyNoEngines(enginesFolder());
if (why) skip(why);
else run();

function skip(reason: string): void {
  const required = process.env.TUNEKIT_ENGINES === "required";
  const files = globSync("test/engines/**/*.test.ts").length;
  console.error(`${required ? "error" : "skipped"}: ${files} files of engine tests: ${reason}`);
  process.exitCode = required ? 1 : 0;
}

function run(): void {
  const args = ["run", "--config", "test/engines/vitest.config.ts", ...process.argv.slice(2)];
  const vitest = spawn("vitest", args, { stdio: "inherit" });
  // Ctrl-C reaches vitest by itself: it ends the cluster, and this process waits for that.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => signal === "SIGTERM" && vitest.kill(signal));
  vitest.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
