import { describe, expect, it } from "vitest";
import { type Problem, SpecError } from "../../../core/errors.ts";
import { TrainingJob } from "../../../core/spec/training-job.ts";
import { parseYaml } from "../../../core/spec/yaml.ts";
import { JOB_YAML } from "../../support/job-yaml.ts";

/** Every problem as `line:column code path | message | fix`. */
function problemsIn(text: string): string[] {
  try {
    parseYaml(TrainingJob, text, "job.yaml");
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    expect(error.problems.every(({ file }) => file === "job.yaml")).toBe(true);
    return error.problems.map(line);
  }
}

const line = ({ line, column, code, path, message, fix }: Problem): string =>
  `${line}:${column} ${code} ${path ?? "-"} | ${message} | ${fix}`;

it("the job that the mistakes are made in is right", () => {
  expect(problemsIn(JOB_YAML)).toEqual([]);
});

describe("one mistake in a job", () => {
  it.each<[mistake: string, from: string, to: string, problems: string[]]>([
    [
      "misspelt key inside useCase",
      "  owner: ana",
      "  ownr: ana",
      [`6:3 UnknownKey useCase.ownr | unknown key "ownr" in useCase | did you mean "owner"?`],
    ],
    [
      "misspelt key at the top",
      "seed: 7",
      "seeds: 7",
      [`22:1 UnknownKey seeds | unknown key "seeds" | did you mean "seed"?`],
    ],
    [
      "misspelt map",
      "useCase:",
      "usecase:",
      [`4:1 UnknownKey usecase | unknown key "usecase" | did you mean "useCase"?`],
    ],
    [
      "wrong case inside training",
      "  steps: 100",
      "  steps: 100\n  batchsize: 4",
      [
        `22:3 UnknownKey training.batchsize | unknown key "batchsize" in training | did you mean "batchSize"?`,
      ],
    ],
    [
      "key that resembles none",
      "  steps: 100",
      "  steps: 100\n  gpus: 4",
      [
        `22:3 UnknownKey training.gpus | unknown key "gpus" in training | allowed keys: steps, batchSize, gradientAccumulation, learningRate, warmupSteps, maxLength, checkpointEverySteps, keepBest`,
      ],
    ],
    [
      "unknown key in an empty-by-default map",
      "seed: 7",
      "seed: 7\nstack: {pack: true}",
      [`23:9 UnknownKey stack.pack | unknown key "pack" in stack | did you mean "packing"?`],
    ],
    [
      "unknown key in base",
      "  revision: main",
      "  revision: main\n  rev: x",
      [`17:3 UnknownKey base.rev | unknown key "rev" in base | did you mean "revision"?`],
    ],
    [
      "merge key",
      "seed: 7",
      "seed: 7\n<<: {a: 1}",
      [
        `23:1 UnknownKey << | unknown key "<<" | allowed keys: kind, name, team, costCenter, useCase, base, dataset, method, lora, quantization, training, stack, seed, placement, sweepRuns, labellingCost, evaluation`,
      ],
    ],
    [
      "key that is a number",
      "seed: 7",
      "seed: 7\n8: x",
      [
        `23:1 UnknownKey 8 | unknown key "8" | allowed keys: kind, name, team, costCenter, useCase, base, dataset, method, lora, quantization, training, stack, seed, placement, sweepRuns, labellingCost, evaluation`,
      ],
    ],
    [
      "text for a number",
      "steps: 100",
      "steps: many",
      [
        `21:10 WrongType training.steps | training.steps must be a whole number, not "many" | write a whole number`,
      ],
    ],
    [
      "fraction for a whole number",
      "steps: 100",
      "steps: 1.5",
      [
        `21:10 WrongType training.steps | training.steps must be a whole number, not 1.5 | write a whole number`,
      ],
    ],
    [
      "negative number",
      "steps: 100",
      "steps: -3",
      [
        `21:10 TooSmall training.steps | training.steps must be at least 1, not -3 | write a number that is at least 1`,
      ],
    ],
    [
      "negative volume",
      "requestsPerMonth: 20000",
      "requestsPerMonth: -1",
      [
        `10:21 TooSmall useCase.requestsPerMonth | useCase.requestsPerMonth must be at least 0, not -1 | write a number that is at least 0`,
      ],
    ],
    [
      "horizon of nothing",
      "horizonMonths: 12",
      "horizonMonths: 0",
      [
        `11:18 TooSmall useCase.horizonMonths | useCase.horizonMonths must be greater than 0, not 0 | write a number that is greater than 0`,
      ],
    ],
    [
      "horizon too long",
      "horizonMonths: 12",
      "horizonMonths: 600",
      [
        `11:18 TooBig useCase.horizonMonths | useCase.horizonMonths must be at most 60, not 600 | write a number that is at most 60`,
      ],
    ],
    [
      "no value",
      "steps: 100",
      "steps:",
      [`21:9 MissingValue training.steps | training.steps is empty | write a whole number`],
    ],
    [
      "null",
      "team: support",
      "team: null",
      [
        `3:7 MissingValue team | team is empty | write lower-case letters, digits and "-" (at most 50), such as "support-triage"`,
      ],
    ],
    [
      "number for text",
      "  model: smollm2-135m-instruct",
      "  model: 135",
      [`15:10 WrongType base.model | base.model must be text, not 135 | put it in quotes`],
    ],
    [
      "text for a boolean",
      "  steps: 100",
      "  steps: 100\n  keepBest: 'yes'",
      [
        `22:13 WrongType training.keepBest | training.keepBest must be true or false, not "yes" | write true or false`,
      ],
    ],
    [
      "list for a map",
      "base:\n  model: smollm2-135m-instruct\n  revision: main",
      "base: [a, b]",
      [`14:7 WrongType base | base must be a map, not a list | write a map with model, revision`],
    ],
    [
      "map for text",
      "  owner: ana@example.com",
      "  owner: {mail: a}",
      [`6:10 WrongType useCase.owner | useCase.owner must be text, not a map | write text`],
    ],
    [
      "near enum",
      "method: lora",
      "method: loar",
      [
        `19:9 WrongValue method | method cannot be "loar" | did you mean "lora"? allowed: lora, qlora`,
      ],
    ],
    [
      "wrong enum",
      "method: lora",
      "method: full",
      [`19:9 WrongValue method | method cannot be "full" | allowed: lora, qlora`],
    ],
    [
      "number for an enum",
      "method: lora",
      "method: 4",
      [`19:9 WrongValue method | method cannot be 4 | allowed: lora, qlora`],
    ],
    [
      "wrong kind",
      "kind: TrainingJob",
      "kind: Trainingjob",
      [
        `1:7 WrongValue kind | kind cannot be "Trainingjob" | did you mean "TrainingJob"? allowed: TrainingJob`,
      ],
    ],
    [
      "near tier inside a list",
      "[local-cpu]",
      "[local-cpu, a100-4]",
      [
        `24:22 WrongValue placement.tiers[1] | placement.tiers[1] cannot be "a100-4" | did you mean "a100-40"? allowed: a100-40, a100-80, h100-80, gpu-24gb, gpu-32gb, gpu-48gb, local-cpu`,
      ],
    ],
    [
      "text for a list",
      "[local-cpu]",
      "local-cpu",
      [
        `24:10 WrongType placement.tiers | placement.tiers must be a list, not "local-cpu" | write a list`,
      ],
    ],
    [
      "empty list",
      "[local-cpu]",
      "[]",
      [
        `24:10 TooSmall placement.tiers | placement.tiers must not be empty | write at least 1 entry`,
      ],
    ],
    [
      "unknown key in a union",
      "  path: examples.jsonl",
      "  pth: x",
      [`18:3 UnknownKey dataset.pth | unknown key "pth" in dataset | did you mean "path"?`],
    ],
    [
      "unknown key in the other part of a union",
      "  path: examples.jsonl",
      "  digst: x",
      [`18:3 UnknownKey dataset.digst | unknown key "digst" in dataset | did you mean "digest"?`],
    ],
    [
      "both parts of a union",
      "  path: examples.jsonl",
      "  path: x\n  digest: abc",
      [
        `19:3 ConflictingKeys dataset.digest | "digest" cannot stand beside the other keys in dataset | keep one of: path, digest`,
      ],
    ],
    [
      "wrong value in a union",
      "  path: examples.jsonl",
      "  digest: abc",
      [
        `18:11 WrongValue dataset.digest | dataset.digest must be a sha256 in lower-case hex, not "abc" | write a sha256 in lower-case hex`,
      ],
    ],
    [
      "text for a union of maps",
      "dataset:\n  path: examples.jsonl",
      "dataset: examples.jsonl",
      [
        `17:10 WrongType dataset | dataset must be a map, not "examples.jsonl" | write a map with path or a map with digest`,
      ],
    ],
    [
      "empty map for a union",
      "dataset:\n  path: examples.jsonl",
      "dataset: {}",
      [`17:10 MissingKey dataset | dataset needs "path" or "digest" | add "path" or "digest"`],
    ],
    [
      "missing union",
      "dataset:\n  path: examples.jsonl\n",
      "",
      [
        `1:1 MissingKey dataset | dataset is missing | add "dataset": a map with path or a map with digest`,
      ],
    ],
    [
      "word for a union of a word and a list",
      "seed: 7",
      "seed: 7\nlora: {targetModules: all}",
      [
        `23:23 WrongType lora.targetModules | lora.targetModules must be "all-linear" or a list, not "all" | write "all-linear" or a list`,
      ],
    ],
    [
      "wrong entry in a union of a word and a list",
      "seed: 7",
      "seed: 7\nlora: {targetModules: [q_proj, 3]}",
      [
        `23:32 WrongType lora.targetModules[1] | lora.targetModules[1] must be text, not 3 | put it in quotes`,
      ],
    ],
    [
      "missing number",
      "seed: 7\n",
      "",
      [`1:1 MissingKey seed | seed is missing | add "seed": a whole number`],
    ],
    [
      "missing text inside useCase",
      "  owner: ana@example.com\n",
      "",
      [`4:1 MissingKey useCase.owner | useCase.owner is missing | add "owner": text`],
    ],
    [
      "missing choice",
      "method: lora\n",
      "",
      [`1:1 MissingKey method | method is missing | add "method": one of lora, qlora`],
    ],
    [
      "missing map",
      "base:\n  model: smollm2-135m-instruct\n  revision: main\n",
      "",
      [`1:1 MissingKey base | base is missing | add "base": a map with model, revision`],
    ],
    [
      "amount in words",
      "0.05 USD",
      "5 cents",
      [
        `8:26 WrongAmount useCase.valuePerCorrectAnswer | useCase.valuePerCorrectAnswer must be an amount of USD, zero or more, with at most six decimals, not "5 cents" | write it as "0.05 USD"`,
      ],
    ],
    [
      "negative amount",
      "0.05 USD",
      "-1",
      [
        `8:26 WrongAmount useCase.valuePerCorrectAnswer | useCase.valuePerCorrectAnswer must be an amount of USD, zero or more, with at most six decimals, not -1 | write it as "0.05 USD"`,
      ],
    ],
    [
      "boolean for an amount",
      "0.05 USD",
      "true",
      [
        `8:26 WrongType useCase.valuePerCorrectAnswer | useCase.valuePerCorrectAnswer must be an amount such as "0.05 USD", not true | write an amount such as "0.05 USD"`,
      ],
    ],
    [
      "amount below a millionth",
      "0.05 USD",
      "0.0000001",
      [
        `8:26 WrongAmount useCase.valuePerCorrectAnswer | useCase.valuePerCorrectAnswer must be an amount of USD, zero or more, with at most six decimals, not 1e-7 | write it as "0.05 USD"`,
      ],
    ],
    [
      "amount with too many decimals",
      "0.05 USD",
      "'0.12345678 USD'",
      [
        `8:26 WrongAmount useCase.valuePerCorrectAnswer | useCase.valuePerCorrectAnswer must be an amount of USD, zero or more, with at most six decimals, not "0.12345678 USD" | write it as "0.05 USD"`,
      ],
    ],
    [
      "amount out of range",
      "0.05 USD",
      "1e12",
      [
        `8:26 WrongAmount useCase.valuePerCorrectAnswer | useCase.valuePerCorrectAnswer must be an amount of USD, zero or more, with at most six decimals, not 1000000000000 | write it as "0.05 USD"`,
      ],
    ],
    [
      "endless amount",
      "0.05 USD",
      ".inf",
      [
        `8:26 WrongType useCase.valuePerCorrectAnswer | useCase.valuePerCorrectAnswer must be an amount such as "0.05 USD", not Infinity | write an amount such as "0.05 USD"`,
      ],
    ],
    [
      "duration in words",
      "  tiers: [local-cpu]",
      "  tiers: [local-cpu]\n  deadline: soon",
      [
        `25:13 WrongDuration placement.deadline | placement.deadline must be a duration above zero, not "soon" | write it as "90s", "15 min", "2h" or "3d"`,
      ],
    ],
    [
      "negative duration",
      "  tiers: [local-cpu]",
      "  tiers: [local-cpu]\n  deadline: -5",
      [
        `25:13 WrongDuration placement.deadline | placement.deadline must be a duration above zero, not -5 | write it as "90s", "15 min", "2h" or "3d"`,
      ],
    ],
    [
      "duration of nothing",
      "  tiers: [local-cpu]",
      "  tiers: [local-cpu]\n  deadline: 0s",
      [
        `25:13 WrongDuration placement.deadline | placement.deadline must be a duration above zero, not "0s" | write it as "90s", "15 min", "2h" or "3d"`,
      ],
    ],
    [
      "list for a duration",
      "  tiers: [local-cpu]",
      "  tiers: [local-cpu]\n  deadline: [1]",
      [
        `25:13 WrongType placement.deadline | placement.deadline must be a duration such as "15 min", not a list | write a duration such as "15 min"`,
      ],
    ],
    [
      "name with a space",
      "name: support-triage\nteam",
      "name: Triage Mail\nteam",
      [
        `2:7 WrongValue name | name must be lower-case letters, digits and "-" (at most 50), such as "support-triage", not "Triage Mail" | write lower-case letters, digits and "-" (at most 50), such as "support-triage"`,
      ],
    ],
    [
      "rationale too short",
      "an agent needs a minute for each mail",
      "because",
      [
        `9:14 TooSmall useCase.rationale | useCase.rationale must have at least 10 characters | write at least 10 characters`,
      ],
    ],
    [
      "empty text",
      "  owner: ana@example.com",
      "  owner: ''",
      [
        `6:10 TooSmall useCase.owner | useCase.owner must not be empty | write at least 1 character`,
      ],
    ],
    [
      "share above one",
      "  deploymentCost",
      "  ceiling: 1.1\n  deploymentCost",
      [
        `13:12 TooBig useCase.ceiling | useCase.ceiling must be at most 1, not 1.1 | write a number that is at most 1`,
      ],
    ],
    [
      "key twice",
      "seed: 7",
      "seed: 7\nseed: 8",
      [`23:1 DuplicateKey - | this key stands here a second time | keep one of the two`],
    ],
    [
      "tab",
      "  path: examples.jsonl",
      "\tpath: x",
      [`18:1 YamlSyntax - | a tab cannot indent a line | indent with spaces`],
    ],
    [
      "open bracket",
      "seed: 7",
      "seed: [7",
      [
        `23:1 YamlSyntax - | Flow sequence in block collection must be sufficiently indented and end with a ] | correct the YAML here`,
      ],
    ],
    [
      "no colon",
      "seed: 7",
      "seed 7",
      [
        `22:1 YamlSyntax - | this line is no key with a value | write "key: value", with a space after the colon`,
      ],
    ],
    [
      "open quote",
      "seed: 7",
      "seed: 'x",
      [
        `25:1 YamlSyntax - | a quote or a bracket is not closed before here | close the quote or the bracket`,
      ],
    ],
    [
      "colon in a value",
      "needs a minute for each mail",
      "needs: a minute",
      [`9:14 YamlSyntax - | a value that holds ": " needs quotes | put the value in quotes`],
    ],
    [
      "alias without an anchor",
      "team: support",
      "team: *x",
      [
        `3:7 YamlSyntax - | an alias (*name) has no anchor (&name) before it, or aliases are nested too deep | write the value itself`,
      ],
    ],
    [
      "second document",
      "seed: 7",
      "seed: 7\n---\nx: 1",
      [
        `23:1 YamlSyntax - | a second document starts here | keep one document: remove "---" and what follows it`,
      ],
    ],
    [
      "two mistakes in the order of the file",
      "seed: 7\nplacement:\n  tiers: [local-cpu]",
      "seed: x\nplacement:\n  tier: [local-cpu]",
      [
        `22:7 WrongType seed | seed must be a whole number, not "x" | write a whole number`,
        `24:3 UnknownKey placement.tier | unknown key "tier" in placement | did you mean "tiers"?`,
      ],
    ],
  ])("%s", (_, from, to, problems) => {
    expect(JOB_YAML).toContain(from);
    expect(problemsIn(JOB_YAML.replace(from, to))).toEqual(problems);
  });
});

describe("a whole document", () => {
  it.each<[what: string, text: string, problems: string[]]>([
    [
      "empty file",
      "",
      [`1:1 EmptyFile - | the file is empty | \`tunekit init\` writes files to start from`],
    ],
    [
      "comments only",
      "# nothing yet\n\n",
      [`1:1 EmptyFile - | the file is empty | \`tunekit init\` writes files to start from`],
    ],
    [
      "list",
      "- a\n- b\n",
      [
        `1:1 WrongType - | the document must be a map, not a list | write a map with kind, name, team, useCase, base, dataset, method, training, seed, placement`,
      ],
    ],
    [
      "text",
      "hello\n",
      [
        `1:1 WrongType - | the document must be a map, not "hello" | write a map with kind, name, team, useCase, base, dataset, method, training, seed, placement`,
      ],
    ],
    [
      "null",
      "null\n",
      [
        `1:1 MissingValue - | the document is empty | write a map with kind, name, team, useCase, base, dataset, method, training, seed, placement`,
      ],
    ],
    [
      "number",
      "42",
      [
        `1:1 WrongType - | the document must be a map, not 42 | write a map with kind, name, team, useCase, base, dataset, method, training, seed, placement`,
      ],
    ],
    [
      "empty map",
      "{}\n",
      [
        `1:1 MissingKey kind | kind is missing | add "kind": "TrainingJob"`,
        `1:1 MissingKey name | name is missing | add "name": lower-case letters, digits and "-" (at most 50), such as "support-triage"`,
        `1:1 MissingKey team | team is missing | add "team": lower-case letters, digits and "-" (at most 50), such as "support-triage"`,
        `1:1 MissingKey useCase | useCase is missing | add "useCase": a map with name, owner, metric, valuePerCorrectAnswer, rationale, requestsPerMonth, horizonMonths, changesPerYear, deploymentCost`,
        `1:1 MissingKey base | base is missing | add "base": a map with model, revision`,
        `1:1 MissingKey dataset | dataset is missing | add "dataset": a map with path or a map with digest`,
        `1:1 MissingKey method | method is missing | add "method": one of lora, qlora`,
        `1:1 MissingKey training | training is missing | add "training": a map with steps`,
        `1:1 MissingKey seed | seed is missing | add "seed": a whole number`,
        `1:1 MissingKey placement | placement is missing | add "placement": a map with tiers`,
      ],
    ],
  ])("%s", (_, text, problems) => {
    expect(problemsIn(text)).toEqual(problems);
  });
});

describe("what is right", () => {
  it.each([
    ["Windows line ends", JOB_YAML.replaceAll("\n", "\r\n")],
    ["a byte-order mark", `\uFEFF${JOB_YAML}`],
    ["comments and a document start", `# my job\n---\n${JOB_YAML}`],
    [
      "an anchor with its alias",
      JOB_YAML.replace("team: support", "team: &t support\ncostCenter: *t"),
    ],
  ])("%s", (_, text) => {
    expect(problemsIn(text)).toEqual([]);
  });

  it("JSON, its subset, gives the same job", () => {
    const job = parseYaml(TrainingJob, JOB_YAML, "job.yaml");
    const json = JSON.stringify({
      ...job,
      useCase: { ...job.useCase, valuePerCorrectAnswer: 0.05, deploymentCost: 400 },
    });
    expect(parseYaml(TrainingJob, json, "job.json")).toEqual(job);
  });
});

describe("hostile documents", () => {
  it("aliases that multiply are refused, not expanded", () => {
    const nested = Array.from(
      { length: 9 },
      (_, i) =>
        `l${i}: &l${i} [${Array(9)
          .fill(i ? `*l${i - 1}` : "x")
          .join(", ")}]`,
    );
    expect(problemsIn(`${nested.join("\n")}\n`)).toEqual([
      "1:1 YamlSyntax - | an alias (*name) has no anchor (&name) before it, or aliases are nested too deep | write the value itself",
    ]);
  });

  it("a key named __proto__ is an unknown key and touches nothing", () => {
    expect(problemsIn(`${JOB_YAML}__proto__: {polluted: true}\n`)).toHaveLength(1);
    expect({}).not.toHaveProperty("polluted");
  });

  it("a long value is cut in the message", () => {
    const [problem] = problemsIn(JOB_YAML.replace("steps: 100", `steps: ${"x".repeat(5_000)}`));
    expect(problem).toBe(
      `21:10 WrongType training.steps | training.steps must be a whole number, not "${"x".repeat(56)}... | write a whole number`,
    );
  });
});

it("shows three syntax errors of a file that is no YAML, and counts the rest", () => {
  const lines = Array.from({ length: 40 }, (_, n) => `{"messages": [{"content": "mail ${n}"}]}`);
  const problems = problemsIn(lines.join("\n"));
  expect(problems).toHaveLength(4);
  expect(problems[3]).toMatch(
    /YamlSyntax - \| \d+ more problems from here on \| mend the first ones, or check that this is/,
  );
});
