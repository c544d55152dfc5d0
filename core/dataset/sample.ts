/**
 * A sample that depends on the rows, not on their order: rows whose digest, read as a number in [0, 1), lies below a bar
 * that is halved whenever more than `capacity` rows would stay. Between half of the capacity and all of it is kept, or all
 * rows when there are fewer.
 */
export interface Sample<T> {
  /** @param value made only for a row that is kept. */
  add(digest: string, value: () => T): void;
  values(): T[];
}

export function createSample<T>(capacity: number): Sample<T> {
  const kept = new Map<string, T>();
  let bar = 1;
  const place = (digest: string): number => Number.parseInt(digest.slice(0, 13), 16) / 2 ** 52;
  return {
    add(digest, value) {
      if (place(digest) >= bar || kept.has(digest)) return;
      kept.set(digest, value());
      while (kept.size > capacity) {
        bar /= 2;
        for (const other of kept.keys()) if (place(other) >= bar) kept.delete(other);
      }
    },
    values: () => [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value),
  };
}
