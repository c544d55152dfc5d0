import { describe, expect, it } from "vitest";
import { FINDINGS } from "../../../core/dataset/finding-codes.ts";
import { findingDocs } from "../../../scripts/generators/finding-docs.ts";

describe("findingDocs", () => {
  it("has one whole row for every finding: code, meaning, severity, fix", () => {
    for (const code of Object.keys(FINDINGS)) {
      const rows = findingDocs()
        .split("\n")
        .filter((line) => line.startsWith(`| \`${code}\` |`));
      expect(rows).toHaveLength(1);
      expect(rows[0]?.split("|").map((cell) => cell.trim().length > 0)).toEqual([
        false,
        true,
        true,
        true,
        true,
        false,
      ]);
    }
    expect(findingDocs()).toContain(
      "| `FewExamples` | Few examples | warns below 500 rows | collect more examples; 500 to 2,000 are typical |",
    );
  });
});
