import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Digest, sha256 } from "../../core/digest.ts";

/**
 * The approved identity of a run's inputs, made exactly as the trainer makes it: sha256 over the sorted lines
 * `<sha256>  <name>\n` of config.json, both data files and every file of the base model.
 */
export async function fingerprint(inputs: {
  config: string;
  data: string;
  model: string;
}): Promise<Digest> {
  const files = new Map([["config.json", inputs.config]]);
  for (const name of ["train", "validation"])
    files.set(`data/${name}.jsonl`, join(inputs.data, `${name}.jsonl`));
  for (const entry of await readdir(inputs.model, { withFileTypes: true })) {
    if (!entry.isDirectory()) files.set(`model/${entry.name}`, join(inputs.model, entry.name));
  }
  const lines: string[] = [];
  for (const name of [...files.keys()].sort())
    lines.push(`${await fileDigest(files.get(name) as string)}  ${name}\n`);
  return sha256(lines.join(""));
}

/** sha256 of a file, streamed. */
export async function fileDigest(file: string): Promise<Digest> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
