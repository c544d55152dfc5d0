import { finding } from "../finding-codes.ts";
import { createPlaces } from "../places.ts";
import type { Check } from "./check.ts";
import { flaggedRows } from "./flagged-rows.ts";

const warn = () => "warning" as const;

/** Keys without use, empty system turns, ids given twice, rows that lack the group key which others have. */
export const rowKeys = (): Check[] => [
  extraKeys(),
  flaggedRows("SystemEmpty", ({ emptySystem }) => emptySystem, warn),
  repeatedIds(),
  missingGroups(),
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

/** Silent when no row has a group at all: then there is no group key. */
function missingGroups(): Check {
  const without = flaggedRows("GroupMissing", ({ group }) => group === undefined, warn);
  let grouped = false;
  return {
    add(row) {
      grouped ||= row.group !== undefined;
      without.add(row);
    },
    findings: (rows) => (grouped ? without.findings(rows) : []),
  };
}
