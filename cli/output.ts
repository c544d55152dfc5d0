import Table from "cli-table3";
import pc from "picocolors";
import type { Io } from "./io.ts";

/** One JSON document. */
export const printJson = (io: Io, value: unknown): void => io.out(JSON.stringify(value, null, 2));

/** `1 row`, `2 rows`. */
export const counted = (count: number, one: string): string =>
  `${count} ${one}${count === 1 ? "" : "s"}`;

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

/** Columns that line up; numbers to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[] = [],
): string {
  const lines = new Table({
    head: head.map((text) => pc.dim(text)),
    chars: BARE,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: head.map((_, column) => (numeric.includes(column) ? "right" : "left")),
  });
  lines.push(...rows.map((row) => [...row]));
  return lines.toString().replace(/ +$/gm, "");
}

/** `name  value` lines under a heading. */
export function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return [pc.bold(title), ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)].join(
    "\n",
  );
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
