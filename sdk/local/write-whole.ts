import { randomUUID } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";

/** By rename: another command may write the same file, and a trainer read it, at the same moment. */
export function writeWhole(path: string, body: string | Uint8Array): void {
  const staged = `${path}.${randomUUID()}`;
  writeFileSync(staged, body);
  renameSync(staged, path);
}
