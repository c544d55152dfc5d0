/**
 * Time and memory of the readiness check.
 *
 *     node bench/dataset-check.ts mails              # the 6,046 real mails
 *     node bench/dataset-check.ts rows 200000        # generated rows of some 40 words; one in ten is a near-copy
 */

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDataset } from "../sdk/dataset/check.ts";

const WORDS = 5000;
const ROW_WORDS = 40;
const COPIES = 0.1;

/** Park and Miller's generator, so that the rows are the same everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A pronounceable word of its own for every number. */
const word = (n: number): string =>
  [...n.toString(16)]
    .map((digit) => "bacedifogukelymi".charAt(Number.parseInt(digit, 16)))
    .join("");

async function writeRows(file: string, count: number): Promise<void> {
  const random = generator(7);
  const out = createWriteStream(file);
  let words: string[] = [];
  for (let n = 0; n < count; n++) {
    const copy = n > 0 && random() < COPIES;
    if (copy) words = words.with(0, word(Math.floor(random() * WORDS)));
    else words = Array.from({ length: ROW_WORDS }, () => word(Math.floor(random() * WORDS)));
    const row = { prompt: words.join(" "), completion: `class ${n % 7}` };
    if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

const [what, count = "200000"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "tunekit-bench-"));
const file = join(folder, "data.jsonl");
try {
  // written by another process where that is heavy, so that the memory measured is the check's alone
  if (what === "mails") {
    spawnSync(process.execPath, [join(import.meta.dirname, "../examples/demo/mails.ts"), file], {
      stdio: "inherit",
    });
  } else await writeRows(file, Number(count));
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { report } = await checkDataset({ file });
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    JSON.stringify({
      rows: report.rows,
      megabytes: Math.round(statSync(file).size / 1e6),
      wallSeconds: Number(((performance.now() - start) / 1000).toFixed(2)),
      cpuSeconds: Number(((user + system) / 1e6).toFixed(2)),
      peakMegabytes: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
      nearDuplicates: report.nearDuplicates,
      clusters: report.clusters,
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
