import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "../../../../sdk/local/cache-folder.ts";
import { readSdk, sdkVersion } from "./read-sdk.ts";
import type { AwsRules } from "./shape.ts";

const READERS = ["read-declarations.ts", "read-sdk.ts", "shape.ts"];

function fileName(): string {
  const readers = createHash("sha256");
  for (const file of READERS) readers.update(readFileSync(join(import.meta.dirname, file)));
  const digest = readers.digest("hex").slice(0, 12);
  return join(cacheFolder(process.env), `aws-sdk-rules-${sdkVersion()}-${digest}.json`);
}

/** The rules' file, made when it is not there: reading all of the SDK takes some seconds, reading the file 0.1 s. */
export function ensureRules(): string {
  const file = fileName();
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(readSdk()));
    renameSync(`${file}.${process.pid}`, file);
  }
  return file;
}

export const loadRules = (file: string): AwsRules => JSON.parse(readFileSync(file, "utf8"));
