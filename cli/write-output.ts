import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../core/errors.ts";
import { makeFolder } from "../sdk/store/make-folder.ts";

/** Writes a file that the user named, with the folders above it. @throws InputError `FileUnwritable` */
export function writeOutput(path: string, text: string): void {
  try {
    makeFolder(dirname(path));
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
