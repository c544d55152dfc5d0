/** Where something was found: how often, and on which lines first. */
export interface Places {
  readonly count: number;
  /** At most twenty, in the order of the file. */
  readonly lines: number[];
  add(line: number): void;
}

export const MAX_LINES = 20;

export function createPlaces(): Places {
  const lines: number[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    lines,
    add(line) {
      count += 1;
      if (lines.length < MAX_LINES) lines.push(line);
    },
  };
}
