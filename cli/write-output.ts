import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../core/errors.ts";

/** Writes a file that the user named, with the folders above it. @throws InputError `FileUnwritable` */
export function writeOutput(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InputError("FileUnwritable", `the file cannot be written (${code})`, {
      path,
      fix: "give another place with --out",
      cause,
    });
  }
}
