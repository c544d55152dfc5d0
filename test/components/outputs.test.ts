import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as components from "../../components/index.ts";

const folder = join(import.meta.dirname, "../../components");
const sources = globSync("*.ts", { cwd: folder })
  .map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }))
  .filter(({ text }) => text.includes("extends pulumi.ComponentResource"));

/** A provider is a resource and no value. */
const NOT_A_VALUE = new Set(["provider"]);

describe("components", () => {
  it.each(sources.map(({ file, text }) => [file, text]))(
    "%s registers every public field",
    (_, text) => {
      const fields = [...text.matchAll(/^ {2}readonly (\w+)[!?]?:/gm)]
        .map(([, field]) => field as string)
        .filter((field) => !NOT_A_VALUE.has(field));
      const said = /registerOutputs\((\{[\s\S]*?\})\)/.exec(text)?.[1] ?? "";
      expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(said))).toEqual([]);
      expect(said).not.toBe("");
    },
  );

  it("are all exported, with their arguments", () => {
    const names = sources.map(({ text }) => /export class (\w+)/.exec(text)?.[1] ?? "");
    expect(Object.keys(components).sort()).toEqual(
      names.flatMap((name) => [name, `${name}Args`]).sort(),
    );
  });

  it("have the type token of their name", () => {
    for (const { text } of sources) {
      const name = /export class (\w+)/.exec(text)?.[1];
      expect(text).toContain(`"tunekit:index:${name}"`);
    }
  });
});
