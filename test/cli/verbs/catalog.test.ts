import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../../cli/main.ts";
import { GPUS } from "../../../core/catalog/gpus.ts";
import { INSTANCE_TYPES } from "../../../core/catalog/instance-types.ts";
import { MODELS } from "../../../core/catalog/models.ts";
import { builtinPriceBook } from "../../../core/catalog/prices.ts";
import { bestUtilisation } from "../../../core/estimate/speed.ts";
import { fakeIo } from "../../support/io.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

async function catalog(...args: string[]) {
  const io = fakeIo({ cwd: temporaryFolder() });
  const exit = await main(["catalog", ...args], io);
  return { exit, ...io.printed };
}

const OWNED = `kind: PlatformConfig
owned:
  - name: workstation
    tier: local-cpu
    capitalUsd: 1200 USD
    lifeYears: 4
    utilisation: 0.2
    watts: 60
    usdPerKwh: 0.30 USD
    asOf: 2026-11-01
    source: invoice 17
`;

describe("tunekit catalog", () => {
  it.each([
    ["models", MODELS],
    [
      "gpus",
      Object.entries(GPUS).map(([name, gpu]) => ({
        name,
        ...gpu,
        bestUtilisation: bestUtilisation(gpu),
      })),
    ],
    ["instances", INSTANCE_TYPES],
    ["prices", builtinPriceBook().rows],
    ["services", builtinPriceBook().services],
  ] as const)("%s --json is the whole catalog, unrounded", async (name, rows) => {
    const { exit, out } = await catalog(name, "--json");
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toEqual(rows);
  });

  it.each(["models", "gpus", "instances", "prices", "services"])(
    "%s names source and date of every row",
    async (name) => {
      const { exit, out } = await catalog(name);
      expect(exit).toBe(0);
      const [table, notes] = out.trimEnd().split("\n\n") as [string, string];
      const [head, ...lines] = table.split("\n") as [string, ...string[]];
      expect(head).toMatch(/ as of +source$/);
      expect(lines.filter((line) => !/ (\d{4}-\d\d-\d\d|undated) +\[\d+\]$/.test(line))).toEqual(
        [],
      );
      const numbers = new Set(lines.map((line) => /\[(\d+)\]$/.exec(line)?.[1]));
      expect(notes.split("\n").map((line) => /^\[(\d+)\] \S/.exec(line)?.[1])).toEqual(
        [...numbers].sort((a, b) => Number(a) - Number(b)),
      );
    },
  );

  it("keeps the rows that hold all the words, with prices to the last digit", async () => {
    const { out } = await catalog("prices", "G5.xlarge", "us-east-1", "on-demand");
    const [head, row, ...rest] = out.split("\n").map((line) => line.split(/ {2,}/));
    expect(head).toEqual([
      "machine",
      "region",
      "zone",
      "capacity",
      "price of an hour",
      "as of",
      "source",
    ]);
    expect(row).toEqual([
      "g5.xlarge",
      "us-east-1",
      "any",
      "on-demand",
      "1.006 USD",
      "2026-07-20",
      "[1]",
    ]);
    expect(rest[0]).toEqual([""]);
  });

  it("says when a listed price cannot be had or is missing", async () => {
    const rows = builtinPriceBook().rows;
    const unusable = rows.filter(({ usable }) => !usable).length;
    const { out } = await catalog("prices");
    expect(out.split("not to be had").length - 1 + (out.split("no price").length - 1)).toBe(
      unusable,
    );
  });

  it("prices the project's own machines: capital over the hours of work, plus power", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "tunekit.yaml"), OWNED);
    const io = fakeIo({ cwd });
    expect(await main(["catalog", "prices", "workstation"], io)).toBe(0);
    // 1200 USD / (4 x 8766 h x 0.2) = 0.171116 USD, and 0.06 kW x 0.30 USD = 0.018 USD.
    expect(io.printed.out).toContain("0.189116 USD");
    expect(io.printed.out).toContain("[1] invoice 17");
  });

  it("shows the prices of services that the project entered before those of the book", async () => {
    const cwd = temporaryFolder();
    const own = "{service: s3-standard, price: 0.021 USD, source: invoice 18, asOf: 2026-11-01}";
    writeFileSync(join(cwd, "tunekit.yaml"), `${OWNED}costs: {prices: [${own}]}\n`);
    const io = fakeIo({ cwd });
    expect(await main(["catalog", "services", "s3-standard"], io)).toBe(0);
    const [, first, second] = io.printed.out.split("\n").map((line) => line.split(/ {2,}/));
    expect(first).toEqual(["s3-standard", "any", "0.021 USD", "GB-month", "2026-11-01", "[1]"]);
    expect(second?.slice(0, 3)).toEqual(["s3-standard", "us-east-1", "0.023 USD"]);
  });

  it("shows a price that the project entered in place of the book's, before all others", async () => {
    const cwd = temporaryFolder();
    const own =
      "{region: us-east-1, instanceType: g5.xlarge, capacity: on-demand, usdPerHour: 0.9, source: our contract, asOf: 2026-11-01}";
    writeFileSync(join(cwd, "tunekit.yaml"), `kind: PlatformConfig\nprices: [${own}]\n`);
    const io = fakeIo({ cwd });
    expect(await main(["catalog", "prices", "g5.xlarge", "us-east-1", "on-demand"], io)).toBe(0);
    const [, first, ...rest] = io.printed.out.trimEnd().split("\n");
    expect(first?.split(/ {2,}/)).toEqual([
      ...["g5.xlarge", "us-east-1", "any", "on-demand", "0.90 USD", "2026-11-01", "[1]"],
    ]);
    expect(rest).toEqual(["", "[1] our contract"]);
  });

  it("shows why an own machine has no price", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "tunekit.yaml"), OWNED.replace("2026-11-01", "2024-11-01"));
    const io = fakeIo({ cwd });
    expect(await main(["catalog", "prices", "workstation"], io)).toBe(0);
    expect(io.printed.out).toContain("PriceStale");
  });

  it("names the nearest row when no row matches", async () => {
    expect(await catalog("models", "llama-3.1-9b", "--json")).toMatchObject({
      exit: 2,
      err: `${JSON.stringify({
        error: "CatalogError",
        code: "NoSuchRow",
        message: "no row of models holds llama-3.1-9b",
        fix: 'did you mean "llama-3.1-8b"?',
      })}\n`,
    });
    expect((await catalog("gpus", "abacus")).err).toBe(
      "error: no row of gpus holds abacus [NoSuchRow]\nfix: list all with `tunekit catalog gpus`\n",
    );
  });

  it("without a table prints what there is, and exits 2", async () => {
    const { exit, out, err } = await catalog();
    expect(exit).toBe(2);
    expect(err).toBe("");
    for (const name of ["models", "gpus", "instances", "prices", "services"])
      expect(out).toContain(`  ${name} `);
  });

  it("has an example in its help that works", async () => {
    const { out } = await catalog("--help");
    const example = /tunekit catalog (prices .+)/.exec(out)?.[1] ?? "";
    expect((await catalog(...example.split(" "))).exit).toBe(0);
  });
});
