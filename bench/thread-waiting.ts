/**
 * What waiting threads cost: 16 mails answered by SmolLM2 on the CPU, with threads that spin for a while before they sleep (the
 * default) and with threads that sleep at once, on the machine as it is and beside one busy process a core.
 *
 *     npm run demo        # once: makes trainer, base model and mails
 *     node bench/thread-waiting.ts
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson } from "../core/digest.ts";
import { EVALUATE_SCRIPT } from "../sdk/local/python.ts";
import { trainerPython } from "../sdk/local/trainer-python.ts";

const SPAM = join(import.meta.dirname, "../examples/spam");
const folder = mkdtempSync(join(tmpdir(), "tunekit-bench-"));
const python = await trainerPython(process.env);
const mails = readFileSync(join(SPAM, "mails.jsonl"), "utf8").split("\n").slice(0, 16);
const items = mails.map((line, id) => JSON.stringify({ id: String(id), ...JSON.parse(line) }));
writeFileSync(join(folder, "test.jsonl"), `${items.join("\n")}\n`);
const config = { method: "lora", maxNewTokens: 8, batchSize: 16, arms: [{ id: "base" }] };
writeFileSync(join(folder, "config.json"), canonicalJson(config));

const quiet = { spin: await seconds(undefined), sleep: await seconds("PASSIVE") };
const load = Array.from({ length: availableParallelism() }, () =>
  spawn(process.execPath, ["-e", "for(;;);"]),
);
const busy = { spin: await seconds(undefined), sleep: await seconds("PASSIVE") };
for (const child of load) child.kill();
rmSync(folder, { recursive: true });

for (const [name, { spin, sleep }] of Object.entries({ quiet, busy })) {
  console.log(
    `${name}: default ${spin} s, sleeping ${sleep} s, ratio ${(spin / sleep).toFixed(2)}`,
  );
}

async function seconds(policy: string | undefined): Promise<number> {
  const output = join(folder, "output");
  rmSync(output, { recursive: true, force: true });
  const { PATH, HOME } = process.env;
  const child: ChildProcess = spawn(python, [EVALUATE_SCRIPT], {
    stdio: "ignore",
    env: {
      PATH,
      HOME,
      ...(policy ? { OMP_WAIT_POLICY: policy } : {}),
      FT_RUN_ID: "bench",
      FT_ATTEMPT: "1",
      FT_CONFIG: join(folder, "config.json"),
      FT_DATA_DIR: folder,
      FT_MODEL_DIR: join(SPAM, "models/smollm2-135m-instruct"),
      FT_OUTPUT_DIR: output,
    },
  });
  await new Promise((resolve) => child.on("exit", resolve));
  const { arms } = JSON.parse(readFileSync(join(output, "result.json"), "utf8"));
  return arms[0].seconds;
}
