import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  copyProject,
  preparedProject,
  projectEnv,
  runCommand,
  type TestProject,
} from "../support/project.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Whatever is wrong is one sentence with a fix, in words and with --json, and the exit code says whose turn it is. */
let folder: string;
/** One run, trained and published. */
let base: TestProject;
let runId: string;
let version: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tunekit-bad-"));
  base = await preparedProject(folder);
  const { json } = await base.run("submit", "job.yaml", "--wait", "--json");
  runId = json.runId;
  version = json.adapterVersion;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Expected {
  exit: number;
  code: string;
  fix: string;
}

/** The same error in words and as JSON. */
async function expectError(project: TestProject, args: string[], wanted: Expected): Promise<void> {
  const inJson = await project.run(...args, "--json");
  const { exit, error, out } = inJson;
  expect({ exit, code: error?.code, fix: error?.fix, out }).toEqual({
    ...wanted,
    fix: expect.stringContaining(wanted.fix),
    out: "",
  });
  const inWords = await project.run(...args);
  expect(inWords.exit).toBe(wanted.exit);
  expect(inWords.err).toContain("error: ");
  expect(inWords.err).toMatch(/fix: \S/);
  expect(inWords.err.replace(/\s+/g, " ")).toContain(
    error.message.replace(/ at \d{4}-.*$| \(and \d+ more \w+\)$/, "").replace(/\s+/g, " "),
  );
  expect(inWords.err).not.toContain("    at "); // no stack
}

/** The job with one thing changed. */
const JOBS: [what: string, from: string, to: string, Expected][] = [
  [
    "an unknown key",
    "method:",
    "metod:",
    { exit: 2, code: "UnknownKey", fix: 'did you mean "method"?' },
  ],
  ["no YAML", "method: lora", "method: [lora", { exit: 2, code: "YamlSyntax", fix: "" }],
  [
    "a missing data file",
    "path: tickets",
    "path: ticket",
    { exit: 2, code: "FileMissing", fix: "relative to the job file" },
  ],
  [
    "a folder for its data",
    "path: tickets.jsonl",
    "path: model",
    { exit: 2, code: "FileIsFolder", fix: "the JSON-lines file inside it to dataset.path" },
  ],
  [
    "an unknown dataset",
    "path: tickets.jsonl",
    `digest: ${"a".repeat(64)}`,
    { exit: 2, code: "DatasetMissing", fix: "tunekit check" },
  ],
  [
    "an unknown model",
    "tunekit-tiny",
    "tunekit-tyni",
    { exit: 2, code: "UnknownModel", fix: 'did you mean "tunekit-tiny"?' },
  ],
  [
    "longer examples than the model reads",
    "maxLength: 512",
    "maxLength: 1025",
    { exit: 2, code: "BeyondContext", fix: "set training.maxLength to 1024 or less" },
  ],
  [
    "an unknown tier",
    "tiers: [local-cpu]",
    "tiers: [a100-90]",
    { exit: 2, code: "WrongValue", fix: "a100-80" },
  ],
  [
    "a tier that the platform has not",
    "tiers: [local-cpu]",
    "tiers: [a100-80]",
    { exit: 2, code: "NoPlacement", fix: "the platform offers: local-cpu" },
  ],
  [
    "an impossible name",
    "name: ticket-fields",
    "name: Ticket Fields",
    { exit: 2, code: "WrongValue", fix: "support-triage" },
  ],
];

describe("a job file", () => {
  it.each(JOBS)("with %s", async (_, from, to, wanted) => {
    const job = readFileSync(join(folder, "job.yaml"), "utf8");
    expect(job).toContain(from);
    base.edit("wrong.yaml", job.replace(from, to));
    await expectError(base, ["plan", "wrong.yaml"], wanted);
    await expectError(base, ["submit", "wrong.yaml"], wanted);
  });

  it("with a model that is not on this machine", async () => {
    base.edit(
      "wrong.yaml",
      readFileSync(join(folder, "job.yaml"), "utf8").replace("tunekit-tiny", "smollm2-135m"),
    );
    const wanted = { exit: 2, code: "BaseModelMissing", fix: "`models` in tunekit.yaml" };
    await expectError(base, ["baseline", "wrong.yaml", "--prompts", "prompts.yaml"], wanted);
  });

  it("without a best prompt on its method is refused by the gate: exit 3", async () => {
    base.edit(
      "wrong.yaml",
      readFileSync(join(folder, "job.yaml"), "utf8").replace("method: lora", "method: qlora"),
    );
    const planned = await base.run("plan", "wrong.yaml", "--json");
    expect(planned.exit).toBe(3);
    expect(planned.json.decision.reasons[0].code).toBe("PromptBaselineMissing");
  });
});

const COMMANDS: [command: string, Expected][] = [
  ["plan nothing.yaml", { exit: 2, code: "FileUnreadable", fix: "correct the path" }],
  ["plan prompts.yaml", { exit: 2, code: "WrongKind", fix: '"kind: TrainingJob"' }],
  ["plan model", { exit: 2, code: "FileUnreadable", fix: "correct the path" }],
  [
    "plan job.yaml --platform nothing.yaml",
    { exit: 2, code: "PlatformMissing", fix: "tunekit init" },
  ],
  [
    "plan job.yaml --platform model",
    { exit: 2, code: "PlatformUnreadable", fix: "a file that you may read" },
  ],
  [
    "plan job.yaml --platform job.yaml",
    { exit: 2, code: "WrongKind", fix: 'begins with "kind: PlatformConfig"' },
  ],
  ["plan job.yaml --store s3://bucket", { exit: 2, code: "StoreUnsupported", fix: "use a folder" }],
  ["plan job.yaml --store job.yaml", { exit: 2, code: "StoreNotFolder", fix: "give a folder" }],
  ["submit job.yaml --store job.yaml", { exit: 2, code: "StoreNotFolder", fix: "give a folder" }],
  [
    "list --team suport",
    { exit: 2, code: "TeamUnknown", fix: 'did you mean "support"? teams: support' },
  ],
  ["check nothing.jsonl", { exit: 2, code: "FileMissing", fix: "check the path" }],
  ["check model", { exit: 2, code: "FileIsFolder", fix: "file inside it" }],
  ["check tickets.jsonl --ratios 80/10", { exit: 2, code: "RatiosWrong", fix: "70/10/20" }],
  ["check tickets.jsonl --ratios a/b/c", { exit: 2, code: "RatiosWrong", fix: "70/10/20" }],
  [
    "check tickets.jsonl --base tunekit-tyni",
    { exit: 2, code: "UnknownModel", fix: "tunekit-tiny" },
  ],
  [
    "baseline job.yaml --prompts nothing.yaml",
    { exit: 2, code: "FileUnreadable", fix: "correct the path" },
  ],
  [
    "baseline job.yaml --prompts job.yaml",
    { exit: 2, code: "WrongKind", fix: '"kind: PromptSearch"' },
  ],
  ["status 01NOTHING", { exit: 2, code: "RunUnknown", fix: "tunekit list" }],
  ["logs 01NOTHING", { exit: 2, code: "RunUnknown", fix: "tunekit list" }],
  ["cancel 01NOTHING", { exit: 2, code: "RunUnknown", fix: "tunekit list" }],
  [
    "evaluate ticket-filds",
    { exit: 2, code: "UnknownAdapter", fix: 'did you mean "ticket-fields"?' },
  ],
  ["evaluate ../ticket-fields", { exit: 2, code: "WrongName", fix: "lower-case letters" }],
  [
    "evaluate ticket-fields --version champion",
    { exit: 2, code: "UnknownVersion", fix: "tunekit adapters list" },
  ],
  ["adapters show nobody", { exit: 2, code: "UnknownAdapter", fix: "ticket-fields" }],
  [
    "adapters rollback ticket-fields --alias champion --reason x",
    { exit: 2, code: "UnknownAlias", fix: "tunekit adapters list" },
  ],
  ["report --period 2026-13", { exit: 2, code: "WrongPeriod", fix: "write it as 2026-11" }],
  ["report --period 2999-01", { exit: 2, code: "PeriodNotBegun", fix: "current month" }],
  ["report --format pdf", { exit: 2, code: "WrongFormat", fix: "html, csv, json" }],
  ["report --out model", { exit: 2, code: "FileUnwritable", fix: "--out" }],
  ["decide nothing.json", { exit: 2, code: "FileUnreadable", fix: "correct the path" }],
  ["decide job.yaml", { exit: 2, code: "MissingKey", fix: 'add "schemaVersion": 1' }],
];

describe("a command line", () => {
  it.each(COMMANDS)("%s", (command, wanted) => expectError(base, command.split(" "), wanted));

  it("promote to a name that is nearly champion: no way past its gate", async () => {
    const wanted = { exit: 2, code: "AliasMisspelt", fix: 'did you mean "champion"?' };
    const at = ["--version", version, "--to", "champoin"];
    await expectError(base, ["adapters", "promote", "ticket-fields", ...at], wanted);
  });

  it("a report as CSV and as one JSON document", async () => {
    const { exit, error, out } = await base.run("report", "--format", "csv", "--json");
    expect({ exit, out, code: error.code }).toEqual({
      exit: 2,
      out: "",
      code: "FormatContradicts",
    });
    expect(error.fix).toBe("leave out one of the two, or write the csv to a file with --out");
  });

  it("evaluate and review of a version without their evidence", async () => {
    const at = ["--version", version];
    const noEvaluation = { exit: 2, code: "NoEvaluation", fix: "tunekit evaluate ticket-fields" };
    await expectError(base, ["review", "export", "ticket-fields", ...at], noEvaluation);
    const project = copyProject(base, temporaryFolder());
    rmSync(join(project.store, "baselines"), { recursive: true });
    const noBaseline = { exit: 2, code: "PromptBaselineMissing", fix: "run `tunekit baseline`" };
    await expectError(project, ["evaluate", "ticket-fields", ...at], noBaseline);
  });

  it("review with impossible numbers", async () => {
    const project = copyProject(base, temporaryFolder());
    const at = ["--version", version];
    expect((await project.run("evaluate", "ticket-fields", ...at)).exit).toBe(0);
    const wanted = { exit: 2, code: "ReviewSizeInvalid", fix: "a whole number from 1 up" };
    await expectError(
      project,
      ["review", "export", "ticket-fields", ...at, "--items", "many"],
      wanted,
    );
    await expectError(
      project,
      ["review", "export", "ticket-fields", ...at, "--raters", "0"],
      wanted,
    );
    const notExported = {
      exit: 2,
      code: "ReviewNotExported",
      fix: "tunekit review export ticket-fields",
    };
    await expectError(
      project,
      ["review", "import", "ticket-fields", "job.yaml", "--rater", "ana", ...at],
      notExported,
    );
    expect((await project.run("review", "export", "ticket-fields", ...at)).exit).toBe(0);
    const unnamed = { exit: 2, code: "RaterUnnamed", fix: "one rater a file" };
    await expectError(
      project,
      [
        "review",
        "import",
        "ticket-fields",
        "review/sheet.csv",
        "job.yaml",
        "--rater",
        "ana",
        ...at,
      ],
      unnamed,
    );
  });

  it("evaluate with an evaluator that does not prove the adapter's effect, and then with one that does", async () => {
    const project = copyProject(base, temporaryFolder());
    const args = ["evaluate", "ticket-fields", "--version", version];
    project.behave({ hideAdapterEffect: true });
    await expectError(project, args, { exit: 1, code: "contract", fix: "docs/trainer.md" });
    rmSync(join(project.folder, ".tunekit/work"), { recursive: true });
    project.behave({});
    expect((await project.run(...args)).exit).toBe(0);
  });

  it("an id that means two runs", async () => {
    const project = copyProject(base, temporaryFolder());
    project.edit("job.yaml", (text) => text.replace("seed: 7", "seed: 8"));
    expect((await project.run("submit", "job.yaml", "--wait")).exit).toBe(0);
    await expectError(project, ["status", "01"], { exit: 2, code: "RunAmbiguous", fix: runId });
  });

  it("a data file that leaves the test split empty", async () => {
    const rows = readFileSync(join(folder, "tickets.jsonl"), "utf8").split("\n");
    base.edit("tiny.jsonl", rows.slice(0, 3).join("\n"));
    base.edit(
      "wrong.yaml",
      readFileSync(join(folder, "job.yaml"), "utf8").replace("tickets.jsonl", "tiny.jsonl"),
    );
    await expectError(base, ["plan", "wrong.yaml"], { exit: 2, code: "TooFewExamples", fix: "" });
    const { error } = await base.run("plan", "wrong.yaml", "--json");
    const { findings } = error as unknown as { findings: { code: string }[] };
    expect(findings.map(({ code }) => code)).toContain("EmptySplit");
  });
});

describe("no Python", () => {
  it.each([
    ["no PATH", { PATH: "" }, "npm run trainer:install"],
    ["a path to nothing", { TUNEKIT_PYTHON: "/no/python" }, "point TUNEKIT_PYTHON at a Python"],
    [
      "a program that is no Python",
      { TUNEKIT_PYTHON: "/bin/echo" },
      "point TUNEKIT_PYTHON at a Python",
    ],
  ])("%s: told before anything is recorded", async (_, env, fix) => {
    const project = copyProject(base, temporaryFolder());
    project.edit("job.yaml", (text) => text.replace("seed: 7", "seed: 8"));
    const { TUNEKIT_PYTHON: _set, ...without } = projectEnv;
    const io = () => project.io({ env: { ...without, ...env } });
    const before = readdirSync(join(project.store, "runs/support"));
    const submitted = await runCommand(io(), ["submit", "job.yaml", "--json"]);
    expect(submitted).toMatchObject({ exit: 2, error: { code: "TrainerMissing" } });
    expect(submitted.error.fix).toContain(fix);
    expect(readdirSync(join(project.store, "runs/support"))).toEqual(before);
    const at = ["--version", version, "--json"];
    expect(await runCommand(io(), ["evaluate", "ticket-fields", ...at])).toMatchObject({
      exit: 2,
      error: { code: "TrainerMissing" },
    });
  });
});

const CORRUPT: [key: RegExp, command: string, code?: string][] = [
  [/RUN\/decision\.json$/, "status RUN"],
  [/RUN\/decision\.json$/, "submit job.yaml"],
  [/RUN\/job\.json$/, "list"],
  [/RUN\/result\.json$/, "status RUN"],
  [/by-job\/.*json$/, "submit job.yaml"],
  [/dataset\.json$/, "plan job.yaml"],
  [/dataset\.json$/, "check tickets.jsonl"],
  [/readiness\.json$/, "plan job.yaml"],
  [/by-source\/.*json$/, "plan job.yaml"],
  [/budgets\/.*json$/, "plan job.yaml"],
  [/test\.jsonl$/, "baseline job.yaml --prompts prompts.yaml", "DatasetDamaged"],
  [/manifest\.json$/, "adapters show ticket-fields --version VERSION", "ManifestDamaged"],
];

describe("a corrupt document in the store", () => {
  it("that is a baseline is no evidence for anybody, and stops nobody", async () => {
    const project = copyProject(base, temporaryFolder());
    const folder = join(project.store, "baselines");
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), "{");
    const { exit, out } = await project.run("plan", "job.yaml", "--json");
    expect(exit).toBe(3);
    const codes = JSON.parse(out).decision.reasons.map(({ code }: { code: string }) => code);
    expect(codes).toContain("PromptBaselineMissing");
  });

  const keysOf = (project: TestProject) =>
    readdirSync(project.store, { recursive: true, encoding: "utf8" });
  const named = (text: string) => text.replace("RUN", runId).replace("VERSION", version);

  it.each(CORRUPT)("%s: %s", async (pattern, command, code = "DocumentCorrupt") => {
    const project = copyProject(base, temporaryFolder());
    const wanted = new RegExp(named(pattern.source));
    const key = keysOf(project).find((name) => wanted.test(name)) as string;
    for (const text of ["{", "{}"]) {
      writeFileSync(join(project.store, key), text);
      await expectError(project, named(command).split(" "), { exit: 1, code, fix: "" });
      const { error } = await project.run(...named(command).split(" "), "--json");
      expect(error.path).toContain(key);
      expect(readFileSync(join(project.store, key), "utf8")).toBe(text);
    }
  });

  it("a job of another version in a run's record", async () => {
    const project = copyProject(base, temporaryFolder());
    const file = join(project.store, `runs/support/${runId}/job.json`);
    writeFileSync(file, readFileSync(file, "utf8").replace('"method":"lora"', '"method":"dora"'));
    await expectError(project, ["status", runId], {
      exit: 1,
      code: "DocumentCorrupt",
      fix: "restore it",
    });
  });

  it("a record that is gone: nothing is trained again by accident", async () => {
    const project = copyProject(base, temporaryFolder());
    rmSync(join(project.store, `runs/support/${runId}/job.json`));
    const wanted = { exit: 1, code: "RunRecordMissing", fix: "restore it from a backup" };
    await expectError(project, ["submit", "job.yaml"], wanted);
  });

  it("a manifest that was moved aside is written again by the next look", async () => {
    const project = copyProject(base, temporaryFolder());
    rmSync(join(project.store, `adapters/ticket-fields/versions/${version}/manifest.json`));
    expect(await project.run("status", runId, "--json")).toMatchObject({
      json: { adapterVersion: version },
    });
    expect(
      (await project.run("adapters", "verify", "ticket-fields", "--version", version)).exit,
    ).toBe(0);
  });

  it("a ledger entry: the report is made and says what it lacks", async () => {
    const project = copyProject(base, temporaryFolder());
    const key = keysOf(project).find((name) => /ledger.*json$/.test(name)) as string;
    writeFileSync(join(project.store, key), "{");
    const inWords = await project.run("report", "--format", "csv");
    expect(inWords.exit).toBe(0);
    expect(inWords.err).toContain(`${key}): it is missing from every total [LedgerEntryCorrupt]`);
    const inJson = await project.run("report", "--json");
    expect(JSON.parse(inJson.err)).toMatchObject({
      warning: "LedgerEntryCorrupt",
      fix: "restore it from a backup",
    });
    expect(inJson.json.kind).toBe("FinanceReport");
  });
});
