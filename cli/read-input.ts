import { readFileSync } from "node:fs";
import { InputError } from "../core/errors.ts";

/** Text of a file that the user named. @throws InputError */
export function readInput(path: string, shown: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const what = code === "ENOENT" ? "there is no such file" : `the file cannot be read (${code})`;
    throw new InputError("FileUnreadable", what, {
      path: shown,
      fix: "correct the path or its permissions",
      cause,
    });
  }
}
