import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { askAdvice } from "../../../cli/ask-advice.ts";
import { main } from "../../../cli/main.ts";
import type { AdviceAnswers } from "../../../core/spec/advice-answers.ts";
import { fakeIo } from "../../support/io.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const FLAGS = [
  ["--need", "domain"],
  ["--requests-per-month", "20000"],
  ["--value", "0.05 USD"],
  ["--saving", "0"],
  ["--changes-per-year", "1"],
  ["--test-set"],
  ["--prompts-tried", "4"],
  ["--few-shot-tried"],
  ["--good-examples", "800"],
  ["--audited-correct", "0.97"],
].flat();

const ANSWERS = `need: domain
requestsPerMonth: 20000
valuePerCorrectAnswer: 0.05 USD
savingPerRequest: 0
changesPerYear: 1
testSet: true
promptsTried: 4
fewShotTried: true
goodExamples: 800
auditedCorrect: 0.97
`;

function withFile(text: string) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "answers.yaml"), text);
  return fakeIo({ cwd });
}

describe("tunekit advise", () => {
  it("answers from flags: the sentence first, then why, then what to do", async () => {
    const io = fakeIo({ cwd: temporaryFolder() });
    expect(await main(["advise", ...FLAGS], io)).toBe(0);
    expect(io.printed.err).toBe("");
    expect(io.printed.out).toBe(`\
Yes: the need fits, the prompt is optimised and the examples are there.

Why
  good: an adapter can learn how a stable domain speaks and decides, not facts to look up [NeedFits]
  good: at stake is at most 1,000.00 USD a month if every answer became right [ValueAtStake]
  good: 800 good examples are enough for a full run [EnoughExamples]

What to do next
  1. write the platform and the job file
     tunekit init
  2. check the examples and freeze the split
     tunekit check examples.jsonl
  3. score the prompts on that split
     tunekit baseline job.yaml --prompts prompts.yaml
  4. see what the run needs, costs and is expected to gain
     tunekit plan job.yaml
`);
  });

  it("answers the same from a file, as one JSON document with the answers in it", async () => {
    const flags = fakeIo({ cwd: temporaryFolder() });
    const file = withFile(ANSWERS);
    expect(await main(["advise", ...FLAGS, "--json"], flags)).toBe(0);
    expect(await main(["advise", "--answers", "answers.yaml", "--json"], file)).toBe(0);
    expect(JSON.parse(file.printed.out)).toEqual(JSON.parse(flags.printed.out));
    expect(JSON.parse(file.printed.out)).toMatchObject({
      verdict: "yes",
      answers: { valuePerCorrectAnswer: 50_000, need: "domain" },
    });
  });

  it("lets a flag win over the file, and exits 0 for a no", async () => {
    const io = withFile(ANSWERS);
    const args = ["advise", "--answers", "answers.yaml", "--need", "changing-facts", "--json"];
    expect(await main(args, io)).toBe(0);
    expect(JSON.parse(io.printed.out)).toMatchObject({
      verdict: "no",
      answers: { valuePerCorrectAnswer: 50_000, savingPerRequest: 0 },
    });
  });

  it("takes the thresholds of the project's own gate policy", async () => {
    const io = withFile(ANSWERS);
    writeFileSync(
      join(io.cwd, "tunekit.yaml"),
      "kind: PlatformConfig\npolicy: {minExamples: 900}\n",
    );
    expect(await main(["advise", "--answers", "answers.yaml"], io)).toBe(0);
    expect(io.printed.out).toContain("the gate refuses fewer than 900");
  });

  it("without a terminal lists every missing answer with its flag; a saving is not missing", async () => {
    const io = fakeIo({ cwd: temporaryFolder() });
    expect(await main(["advise", "--need", "domain", "--json"], io)).toBe(2);
    const { code, problems } = JSON.parse(io.printed.err);
    expect(code).toBe("MissingAnswer");
    expect(problems.map(({ path }: { path: string }) => path)).toEqual([
      "requestsPerMonth",
      "valuePerCorrectAnswer",
      "changesPerYear",
      "testSet",
      "promptsTried",
      "fewShotTried",
      "goodExamples",
      "auditedCorrect",
    ]);
    expect(problems[0]).toEqual({
      code: "MissingAnswer",
      path: "requestsPerMonth",
      message: "requestsPerMonth is not answered: How many requests a month?",
      fix: "add --requests-per-month <count> (a whole number, such as 20000), or requestsPerMonth to the answers file",
    });
    expect(problems[3].fix).toBe(
      "add --test-set or --no-test-set (yes or no), or testSet to the answers file",
    );
  });

  it.each([
    ["goodExamples: 800", "goodExample: 800", "UnknownKey", 'did you mean "goodExamples"?'],
    [
      "need: domain",
      "need: stile",
      "WrongValue",
      "allowed: style-or-format, latency-or-cost, domain, skill-from-examples, changing-facts",
    ],
    ["auditedCorrect: 0.97", "auditedCorrect: 97", "TooBig", "write a number that is at most 1"],
    ["promptsTried: 4", "promptsTried: -4", "TooSmall", "write a number that is at least 0"],
    ["testSet: true", "testSet: perhaps", "WrongType", "write true or false"],
    ["testSet: true", "testSet: true\ntestSet: false", "DuplicateKey", "keep one of the two"],
  ])("refuses the file when %j reads %j: %s", async (from, to, code, fix) => {
    const io = withFile(ANSWERS.replace(from, to));
    expect(await main(["advise", "--answers", "answers.yaml", "--json"], io)).toBe(2);
    expect(JSON.parse(io.printed.err)).toMatchObject({ code, fix });
  });

  it("refuses a flag's wrong value and a file that is not there", async () => {
    const flag = fakeIo({ cwd: temporaryFolder() });
    expect(await main(["advise", ...FLAGS, "--good-examples", "many"], flag)).toBe(2);
    expect(flag.printed.err).toBe(
      'error: goodExamples must be a whole number, not "many" [WrongType]\n  fix: write a whole number\n',
    );
    const file = fakeIo({ cwd: temporaryFolder() });
    expect(await main(["advise", "--answers", "nowhere.yaml"], file)).toBe(2);
    expect(file.printed.err).toBe(
      "error: there is no such file (nowhere.yaml) [FileUnreadable]\nfix: correct the path or its permissions\n",
    );
  });

  it("says in its help what it asks, with an example that works", async () => {
    const io = fakeIo({ cwd: temporaryFolder() });
    expect(await main(["advise", "--help"], io)).toBe(0);
    expect(io.printed.out).toContain("--few-shot-tried");
    const example = /\n {2}tunekit (advise .+)$/s.exec(io.printed.out)?.[1] ?? "";
    const args = example.replace(/\\\n/g, " ").trim().split(/\s+/);
    expect(await main(args, io)).toBe(0);
    expect(io.printed.out).toContain("Yes: ");
  });
});

describe("the conversation", () => {
  // on a terminal that calls itself dumb, Node's readline takes a backspace for a letter
  beforeEach(() => void vi.stubEnv("TERM", "xterm"));
  afterEach(() => void vi.unstubAllEnvs());

  const ENTER = "\r";
  const DOWN = "\u001b[B";

  const ANSWERED: AdviceAnswers = {
    need: "domain",
    requestsPerMonth: 20_000,
    valuePerCorrectAnswer: 50_000,
    savingPerRequest: 0,
    changesPerYear: 1,
    testSet: true,
    promptsTried: 3,
    fewShotTried: true,
    goodExamples: 60,
    auditedCorrect: 0.97,
  };

  /** A terminal on which somebody answers each question as soon as it is shown. */
  function typist(answers: readonly (readonly [question: string, keys: string])[]) {
    const left = [...answers];
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 200, rows: 40 });
    let shown = "";
    const typeNext = () => {
      const [question, keys] = left[0] ?? [];
      if (question === undefined || !shown.includes(question)) return;
      left.shift();
      setImmediate(() => {
        input.write(keys);
        setImmediate(typeNext); // what comes next may be shown already
      });
    };
    output.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
      typeNext();
    });
    return { input, output, shown: () => shown };
  }

  it("asks only what is not answered, and reads amounts, shares and yes or no", async () => {
    const terminal = typist([
      ["What do you need", DOWN + DOWN + ENTER],
      ["one more correct answer worth", `0.05 USD${ENTER}`],
      ["Is there a test set", "y"],
      ["a second reader", `none${ENTER}`],
    ]);
    const { need, valuePerCorrectAnswer, testSet, auditedCorrect, ...others } = ANSWERED;
    expect(await askAdvice(others, terminal)).toEqual({ ...ANSWERED, auditedCorrect: null });
    expect(terminal.shown()).not.toContain("How many requests a month?");
  });

  it("does not let a wrong answer through", async () => {
    const BACKSPACE = "\u007f";
    const terminal = typist([
      ["a second reader", ENTER],
      ['not ""', `97${ENTER}`],
      ["must be at most 1, not 97", `${BACKSPACE}${BACKSPACE}0.97${ENTER}`],
    ]);
    const { auditedCorrect: _, ...others } = ANSWERED;
    expect(await askAdvice(others, terminal)).toEqual(ANSWERED);
  });

  it("ends without an answer when the user presses Ctrl-C", async () => {
    expect(await askAdvice({}, typist([["What do you need", "\u0003"]]))).toBeUndefined();
  });
});
