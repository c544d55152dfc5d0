import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MEASUREMENT_SOURCES, MEASUREMENTS } from "../../../core/catalog/measurements.ts";
import { catalogFiles } from "../../../scripts/generators/catalog.ts";

describe("measured runs", () => {
  it("have a source each, and ids of their own", () => {
    expect(new Set(MEASUREMENTS.map(({ id }) => id)).size).toBe(MEASUREMENTS.length);
    for (const { id, source } of MEASUREMENTS)
      expect(MEASUREMENT_SOURCES, id).toHaveProperty(source);
  });
});

describe("the generated catalog", () => {
  it("is what its sources give", () => {
    for (const [path, text] of Object.entries(catalogFiles())) {
      const present = readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
      expect(present === text, `${path}: run \`npm run generate\``).toBe(true);
    }
  });
});
