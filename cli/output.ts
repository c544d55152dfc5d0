import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import pc from "picocolors";
import type { Io } from "./io.ts";

/** One JSON document. */
export const printJson = (io: Io, value: unknown): void => io.out(JSON.stringify(value, null, 2));

/** `1 row`, `2 rows`. */
export const counted = (count: number, one: string): string =>
  `${count} ${one}${count === 1 ? "" : "s"}`;

/** Characters of a line: what a terminal has that is opened without a thought. */
export const COLUMNS = 100;

const BARE = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** Columns that line up; numbers to the right. `widths`: characters after which a column breaks, by its number. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[] = [],
  widths: Readonly<Record<number, number>> = {},
): string {
  const broken = (text: string, column: number): string =>
    wrap(text, widths[column] ?? Number.POSITIVE_INFINITY).join("\n");
  const lines = new Table({
    head: head.map((text, column) => pc.dim(broken(text, column))),
    chars: BARE,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: head.map((_, column) => (numeric.includes(column) ? "right" : "left")),
  });
  lines.push(...rows.map((row) => row.map(broken)));
  return lines.toString().replace(/ +$/gm, "");
}

/** `name  value` lines under a heading; values break before the last of `columns`. */
export function section(
  title: string,
  rows: readonly (readonly [string, string])[],
  columns = Number.POSITIVE_INFINITY,
): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => {
    const broken = wrap(value, columns - width - 4).join(`\n${" ".repeat(width + 4)}`);
    return `  ${name.padEnd(width)}  ${broken}`;
  });
  return [pc.bold(title), ...lines].join("\n");
}

/** Text that breaks before the last of `COLUMNS`, its later lines indented by so many blanks. */
export const hanging = (text: string, indent: number): string => {
  const blanks = /^ */.exec(text)?.[0] ?? "";
  const lines = wrap(text.slice(blanks.length), COLUMNS - Math.max(indent, blanks.length));
  return `${blanks}${lines.join(`\n${" ".repeat(indent)}`)}`;
};

/**
 * Lines of at most so many characters, broken between words; a longer word keeps a line of its own. Colours have no width.
 */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let width = 0;
  for (const word of text.split(" ")) {
    const length = stripVTControlCharacters(word).length;
    if (lines.length > 0 && width + 1 + length <= columns) {
      lines[lines.length - 1] += ` ${word}`;
      width += 1 + length;
    } else {
      lines.push(word);
      width = length;
    }
  }
  return lines;
}

const COLOURS: Record<string, (text: string) => string> = {
  approve: pc.green,
  pilot: pc.yellow,
  defer: pc.yellow,
  reject: pc.red,
  pass: pc.green,
  inconclusive: pc.yellow,
  fail: pc.red,
  blocking: pc.red,
  warning: pc.yellow,
  info: pc.dim,
  succeeded: pc.green,
  running: pc.cyan,
  interrupted: pc.yellow,
  failed: pc.red,
  cancelled: pc.dim,
};

/** A verdict, severity or state in its colour; the word itself always stands there. */
export const tint = (word: string): string => (COLOURS[word] ?? ((text: string) => text))(word);
