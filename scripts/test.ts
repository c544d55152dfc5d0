/** `npm test`: every test that can run here, and one plain closing line that counts what could not. */
import { spawn } from "node:child_process";
import { enginesFolder, whyNoEngines } from "../test/engines/build/engines-folder.ts";

const args = process.argv.slice(2);
const vitest = spawn("vitest", ["run", ...args], { stdio: "inherit" });
vitest.on("exit", (code) => {
  if (args.length === 0) {
    const next = whyNoEngines(enginesFolder()) ?? "run `npm run test:engines`";
    console.log(`not among them: the tests on real engines; ${next}`);
  }
  process.exitCode = code ?? 1;
});
