/** The lines between a heading and the next empty line. */
export function part(out: string, heading: string): string[] {
  const lines = out.split("\n");
  const start = lines.findIndex((line) => line.startsWith(heading));
  return lines.slice(start + 1, lines.indexOf("", start));
}

/** Broken lines as one, with single blanks. */
export const joined = (lines: readonly string[]): string => lines.join(" ").replace(/ +/g, " ");
