import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { InputError } from "../../core/errors.ts";

/** Longer lines are no examples: at four bytes a token, 16 MiB would be four million tokens. */
export const MAX_LINE_BYTES = 16 * 2 ** 20;

const LF = 0x0a;
const CR = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export interface Line {
  /** From 1. */
  number: number;
  /** Where the text starts in the file, and how long it is, in bytes, without BOM and line end. */
  offset: number;
  bytes: number;
  /** Undefined when the line is too long or not UTF-8. */
  text: string | undefined;
  fault?: "LineTooLong" | "NotUtf8";
  carriageReturn: boolean;
  byteOrderMark: boolean;
}

/**
 * The lines of a file, one at a time; at most one line and one chunk are held. A line feed at the very end starts no line.
 * @throws InputError `FileMissing`, `FileIsFolder`, `FileUnreadable`.
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  await refuseUnreadable(file);
  let number = 0;
  let offset = 0;
  /** Parts of the line so far; dropped, but still counted, when it is too long. */
  let parts: Buffer[] = [];
  let length = 0;

  const finish = (): Line => {
    number += 1;
    const line = lineOf(Buffer.concat(parts), number, offset, length);
    offset += length + 1;
    parts = [];
    length = 0;
    return line;
  };
  const take = (part: Buffer): void => {
    length += part.length;
    if (length > MAX_LINE_BYTES) parts = [];
    else parts.push(part);
  };
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 18 })) {
      let start = 0;
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
        take(chunk.subarray(start, end));
        yield finish();
        start = end + 1;
      }
      if (start < chunk.length) take(chunk.subarray(start));
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
  if (length > 0) yield finish();
}

function lineOf(line: Buffer, number: number, offset: number, length: number): Line {
  const byteOrderMark = number === 1 && line.subarray(0, 3).equals(BOM);
  const carriageReturn = line.at(-1) === CR;
  const body = line.subarray(byteOrderMark ? 3 : 0, carriageReturn ? -1 : undefined);
  const fault = length > MAX_LINE_BYTES ? "LineTooLong" : isUtf8(body) ? undefined : "NotUtf8";
  return {
    number,
    offset: offset + (byteOrderMark ? 3 : 0),
    bytes: body.length,
    text: fault ? undefined : body.toString("utf8"),
    ...(fault ? { fault } : {}),
    carriageReturn,
    byteOrderMark,
  };
}

async function refuseUnreadable(file: string): Promise<void> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw unreadable(file, cause);
    throw new InputError("FileMissing", `there is no file ${file}`, {
      fix: "check the path; it is taken from the folder that you are in",
      path: file,
      cause,
    });
  });
  if (found.isDirectory()) {
    throw new InputError("FileIsFolder", `${file} is a folder`, {
      fix: "name the JSON-lines file inside it",
      path: file,
    });
  }
}

const unreadable = (file: string, cause: unknown): InputError =>
  new InputError("FileUnreadable", `${file} cannot be read: ${(cause as Error).message}`, {
    fix: "check that you may read it, and that its disk is there",
    path: file,
    cause,
  });
