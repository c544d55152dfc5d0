import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { REASON_CODES } from "../core/spec/reason-codes.ts";

const root = join(import.meta.dirname, "..");

/** An import goes to a lower floor only, never sideways or up (docs/architecture.md). */
const FLOORS: Record<string, number> = {
  core: 1,
  jobs: 2,
  policies: 2,
  reports: 2,
  sdk: 3,
  components: 3,
  cli: 4,
  controller: 4,
  stacks: 4,
  "policies/pack": 4,
};

/** The part of the house that a file is in: its first folder, or a deeper one that has a floor of its own. */
const partOf = (file: string): string =>
  Object.keys(FLOORS).find((part) => part.includes("/") && file.startsWith(`${part}/`)) ??
  (file.split("/")[0] as string);

/** Pure floors may use these packages and nothing else: no I/O behind any of them. */
const PURE_PACKAGES: Record<string, readonly string[]> = {
  core: [
    "zod",
    "yaml",
    "canonicalize",
    "fastest-levenshtein",
    "franc-min",
    "jstat",
    "pure-rand",
    "validator",
    "libphonenumber-js",
    "csv-stringify",
    "csv-parse",
    "hono",
    "node:crypto",
  ],
  jobs: ["zod"],
  policies: ["zod"],
  reports: ["zod", "hono", "csv-stringify", "vega", "vega-lite"],
};

const sources = globSync(
  ["{core,jobs,policies,reports,sdk,components,cli,controller,stacks}/**/*.{ts,mjs}"],
  {
    cwd: root,
  },
)
  .filter((file) => !file.includes("generated/") && !file.endsWith(".d.ts"))
  .sort();
const python = globSync("jobs/trainer/**/*.py", { cwd: root });
const read = (file: string) => readFileSync(join(root, file), "utf8");

function importsOf(file: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^"';]*?from\s*"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s*"([^"]+)"/g;
  return [...read(file).matchAll(pattern)].map(
    (match) => (match[1] ?? match[2] ?? match[3]) as string,
  );
}

const packageOf = (specifier: string): string =>
  specifier.startsWith("@")
    ? specifier.split("/").slice(0, 2).join("/")
    : (specifier.split("/")[0] as string);

describe("floors", () => {
  it("imports go to a lower floor or stay in their own folder", () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith("."))
        .map((specifier) => relative(root, join(root, dirname(file), specifier)))
        .filter((target) => {
          const [from, to] = [partOf(file), partOf(target)];
          if (to === "package.json") return false;
          return from !== to && !((FLOORS[to] ?? 99) < (FLOORS[from] ?? 0));
        })
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("pure floors reach no I/O, clock, environment or randomness", () => {
    const wrong = sources
      .filter((file) => (FLOORS[partOf(file)] ?? 9) <= 2 || file.startsWith("policies/pack/rules/"))
      .flatMap((file) => {
        const allowed = PURE_PACKAGES[partOf(file)] ?? [];
        const foreign = importsOf(file)
          .filter((specifier) => !specifier.startsWith("."))
          .filter(
            (specifier) =>
              !allowed.includes(specifier.startsWith("node:") ? specifier : packageOf(specifier)),
          );
        const impure =
          /\bprocess\.(env|cwd|argv)|\bDate\.now\(|new Date\(\)|\bMath\.random\(|\bconsole\./.exec(
            read(file),
          );
        return [
          ...foreign.map((name) => `${file} imports ${name}`),
          ...(impure ? [`${file} uses ${impure[0]}`] : []),
        ];
      });
    expect(wrong).toEqual([]);
  });

  it("every relative import exists and is spelled with its ending", () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith("."))
        .filter((specifier) => !existsSync(join(root, dirname(file), specifier)))
        .map((specifier) => `${file}: ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it("the main export loads neither Pulumi nor an AWS SDK nor a chart library", () => {
    const heavy = /^(@pulumi\/|@aws-sdk\/|vega)/;
    const seen = new Set<string>();
    const visit = (file: string): string[] => {
      if (seen.has(file) || !existsSync(join(root, file))) return [];
      seen.add(file);
      return [
        ...read(file).matchAll(/(?:^|\n)\s*(?:import|export)\b(?! type)[^"';]*?from\s*"([^"]+)"/g),
      ].flatMap(([, name]) => {
        const specifier = name as string;
        if (heavy.test(specifier)) return [`${file} imports ${specifier}`];
        return specifier.startsWith(".")
          ? visit(relative(root, join(root, dirname(file), specifier)))
          : [];
      });
    };
    expect(visit("sdk/index.ts")).toEqual([]);
  });
});

describe("files", () => {
  it("are about one thing: at most 400 lines", () => {
    const long = [...sources, ...python].filter((file) => read(file).split("\n").length > 401);
    expect(long).toEqual([]);
  });

  it("have names that say something", () => {
    const all = globSync("**/*", {
      cwd: root,
      exclude: (name) => name === "node_modules" || name.startsWith("."),
    });
    expect(
      all.filter((file) => /(^|\/)(utils?|common|helpers?|lib|misc)(\/|\.\w+$)/.test(file)),
    ).toEqual([]);
  });

  it("name only the project itself", () => {
    const foreign =
      /(?<![\w>.}$])\/work\/|\.library\b|reference\/(gate|trainer|dataset|estimation|registry)|\bsub-?agents?\b/;
    const wrong = [
      ...sources,
      ...python,
      ...globSync(["docs/**/*.md", "*.md"], { cwd: root }),
    ].filter((file) => foreign.test(read(file)));
    expect(wrong).toEqual([]);
  });
});

describe("reason codes", () => {
  const documented = read("docs/reference/reason-codes.md");
  const tests = globSync("test/**/*.test.ts", { cwd: root })
    .filter((file) => !file.endsWith("architecture.test.ts"))
    .map(read)
    .join("\n");

  it.each(REASON_CODES)("%s is documented and tested", (code) => {
    expect(documented).toContain(`\`${code}\``);
    expect(tests).toContain(code);
  });
});
