import { closeSync, openSync, readSync } from "node:fs";
import { isFault, parseRow } from "../../core/dataset/formats.ts";
import { InputError } from "../../core/errors.ts";
import type { Message } from "../../core/spec/dataset.ts";

/** Where a row stands in its file, in bytes. */
export interface RowPlace {
  offset: number;
  bytes: number;
}

/** Reads rows of a file again, in any order. */
export interface RowReader {
  /** @throws InputError `FileChanged` when no row stands there any more. */
  read(place: RowPlace): Message[];
  close(): void;
}

export function openRowReader(file: string): RowReader {
  const descriptor = openSync(file, "r");
  return {
    read({ offset, bytes }) {
      const buffer = Buffer.allocUnsafe(bytes);
      const got = readSync(descriptor, buffer, 0, bytes, offset);
      const row = parseRow(buffer.toString("utf8", 0, got), undefined);
      if (isFault(row)) throw fileChanged(file);
      return row.messages;
    },
    close: () => closeSync(descriptor),
  };
}

export const fileChanged = (file: string): InputError =>
  new InputError("FileChanged", `${file} has changed since it was checked`, {
    fix: "run `tunekit check` again",
    path: file,
  });
