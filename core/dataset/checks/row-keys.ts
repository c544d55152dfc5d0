import { finding } from "../finding-codes.ts";
import { createPlaces } from "../places.ts";
import type { Check } from "./check.ts";
import { flaggedRows } from "./flagged-rows.ts";

const warn = () => "warning" as const;

/**
 * Keys without use, empty system turns, ids given twice, rows that lack the group key.
 * @param namedGroupKey the group key that the user named; null where the default stands.
 */
export const rowKeys = (namedGroupKey: string | null): Check[] => [
  extraKeys(),
  flaggedRows("SystemEmpty", ({ emptySystem }) => emptySystem, warn),
  repeatedIds(),
  missingGroups(namedGroupKey),
];

function extraKeys(): Check {
  const places = createPlaces();
  const names = new Set<string>();
  return {
    add({ extraKeys: keys, line }) {
      if (keys.length === 0) return;
      places.add(line);
      for (const key of keys) if (names.size < 8) names.add(key.slice(0, 60));
    },
    findings(rows) {
      if (places.count === 0) return [];
      return [
        finding(
          "ExtraKeys",
          "warning",
          `${places.count} of ${rows} rows have keys that are not used: ${[...names].join(", ")}`,
          { value: places.count / rows, threshold: 0, count: places.count, lines: places.lines },
        ),
      ];
    },
  };
}

function repeatedIds(): Check {
  const seen = new Map<string, string>();
  return flaggedRows(
    "IdRepeated",
    ({ id, digest }) => {
      if (id === undefined) return false;
      const first = seen.get(id);
      if (first === undefined) seen.set(id, digest);
      return first !== undefined && first !== digest;
    },
    warn,
  );
}

/** Where no row has a group, a key that was named is a mistake; the default then only means that there is none. */
function missingGroups(named: string | null): Check {
  const without = flaggedRows("GroupMissing", ({ group }) => group === undefined, warn);
  let grouped = false;
  return {
    add(row) {
      grouped ||= row.group !== undefined;
      without.add(row);
    },
    findings(rows) {
      if (grouped) return without.findings(rows);
      if (named === null || rows === 0) return [];
      const message = `No row has the group key "${named}", so no rows are kept together by it`;
      const facts = { value: 0, threshold: rows, count: rows };
      return [finding("GroupKeyMissing", "blocking", message, facts)];
    },
  };
}
