import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { splitFindings } from "../../../core/dataset/checks/sizes.ts";
import type { TokenCounter } from "../../../core/dataset/checks/token-lengths.ts";
import { FINDINGS, type FindingCode } from "../../../core/dataset/finding-codes.ts";
import type { Finding } from "../../../core/spec/dataset.ts";
import { type CheckOptions, checkDataset } from "../../../sdk/dataset/check.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

type Pair = [prompt: string, completion: string];

async function check(pairs: readonly Pair[], options: Omit<CheckOptions, "file"> = {}) {
  const file = join(temporaryFolder(), "data.jsonl");
  const lines = pairs.map(([prompt, completion]) => JSON.stringify({ prompt, completion }));
  writeFileSync(file, `${lines.join("\n")}\n`);
  return checkDataset({ file, ...options });
}

async function findingOf(
  code: FindingCode,
  pairs: readonly Pair[],
  options: Omit<CheckOptions, "file"> = {},
): Promise<Finding | undefined> {
  const { report } = await check(pairs, options);
  return report.findings.find((finding) => finding.code === code);
}

const letters = (n: number): string =>
  n.toString().replace(/\d/g, (digit) => "abcdefghij".charAt(Number(digit)));

/** Rows that nothing is wrong with: all different, three answers. */
const clean = (count: number, from = 0): Pair[] =>
  Array.from({ length: count }, (_, at) => {
    const n = from + at;
    return [
      `Parcel ${letters(n)} from ${letters(3 * n)} came ${letters(7 * n)} days after ${letters(11 * n)}`,
      ["refund", "resend", "wait"][n % 3] as string,
    ];
  });

const long = "the quick brown fox jumps over the lazy dog while seven old clerks count blue boxes";

describe("size", () => {
  it.each([
    [49, "TooFewExamples", "blocking", 50],
    [50, "FewExamples", "warning", 100],
    [99, "FewExamples", "warning", 100],
    [100, "FewExamples", "warning", 500],
    [499, "FewExamples", "warning", 500],
  ] as const)("%i rows: %s", async (count, code, severity, threshold) => {
    expect(await findingOf(code, clean(count))).toMatchObject({
      severity,
      threshold,
      value: count,
    });
  });

  it("500 clean rows give no finding but small splits", async () => {
    const { report } = await check(clean(500));
    const others = report.findings.filter(({ code }) => !code.startsWith("Small"));
    expect(others).toEqual([]);
  });

  it("counts rows after duplicates are dropped", async () => {
    const rows = clean(49);
    expect(await findingOf("TooFewExamples", [...rows, ...rows])).toMatchObject({ value: 49 });
  });
});

describe("duplicates", () => {
  it("exact ones inform up to 2 % and warn above", async () => {
    const rows = clean(100);
    const copies = rows
      .slice(0, 3)
      .map(([prompt, answer]): Pair => [`  ${prompt.toUpperCase()}`, answer]);
    expect(await findingOf("ExactDuplicates", [...rows, ...copies.slice(0, 2)])).toMatchObject({
      severity: "info",
      count: 2,
    });
    expect(await findingOf("ExactDuplicates", [...rows, ...copies])).toMatchObject({
      severity: "warning",
      count: 3,
    });
  });

  it("numbers make another row, but not another cluster", async () => {
    const { report } = await check([
      ["What is 12 times 7 in the old table?", "84"],
      ["What is 13 times 8 in the old table?", "104"],
    ]);
    expect(report).toMatchObject({ exactDuplicates: 0, usable: 2, clusters: 1, nearDuplicates: 1 });
  });

  it("near ones warn above 10 %, and variations of few texts are no diversity", async () => {
    const variants = clean(60).map(
      ([prompt], n): Pair => [`${long} ${long} ${prompt.split(" ")[1]}`, letters(n)],
    );
    const { report } = await check(variants);
    const codes = report.findings.map(({ code }) => code);
    expect(codes).toEqual(
      expect.arrayContaining(["NearDuplicates", "LowDiversity", "LargeCluster"]),
    );
    expect(report).toMatchObject({ clusters: 1, nearDuplicates: 59, largestCluster: 60 });
    expect(report.findings.find(({ code }) => code === "EmptySplit")).toMatchObject({
      severity: "blocking",
    });
  });

  it("a system text that all rows share makes no near-duplicates", async () => {
    const file = join(temporaryFolder(), "data.jsonl");
    const lines = clean(50).map(([prompt, completion]) =>
      JSON.stringify({
        messages: [
          { role: "system", content: `${long} ${long} ${long}` },
          { role: "user", content: prompt },
          { role: "assistant", content: completion },
        ],
      }),
    );
    writeFileSync(file, lines.join("\n"));
    expect((await checkDataset({ file })).report).toMatchObject({
      nearDuplicates: 0,
      clusters: 50,
    });
  });

  it("ten thousand variations of one text take seconds, not hours", async () => {
    const variants = Array.from(
      { length: 10_000 },
      (_, n): Pair => [`${long} ${long} ${letters(n)}`, letters(n)],
    );
    expect((await check(variants)).report).toMatchObject({ clusters: 1, nearDuplicates: 9999 });
  });
});

describe("contradictions", () => {
  it("warn up to 2 % of the inputs and block above", async () => {
    const rows = clean(100);
    const wrong = rows.slice(0, 3).map(([prompt]): Pair => [prompt, "never"]);
    expect(await findingOf("Contradictions", [...rows, ...wrong.slice(0, 2)])).toMatchObject({
      severity: "warning",
      count: 2,
      lines: [1, 2, 101, 102],
    });
    expect(await findingOf("Contradictions", [...rows, ...wrong])).toMatchObject({
      severity: "blocking",
      value: 0.03,
    });
  });

  it("nearly the same input with another label warns; with other free text it does not", async () => {
    // 48 shingles each, all but the last one shared: Jaccard .96
    const base = clean(5, 1000)
      .map(([prompt]) => prompt)
      .join(" ");
    const near: Pair[] = [
      [`${base} x`, "refund"],
      [`${base} y`, "resend"],
    ];
    expect(await findingOf("NearContradictions", [...clean(60), ...near])).toMatchObject({
      severity: "warning",
      count: 1,
      lines: [61, 62],
    });
    const free = [...clean(60), ...near].map(
      ([prompt], n): Pair => [prompt, `free text ${letters(n)}`],
    );
    expect(await findingOf("NearContradictions", free)).toBeUndefined();
  });
});

describe("answers and texts", () => {
  it("one answer above 60 % blocks", async () => {
    const share = (common: number) =>
      clean(100).map(([prompt], n): Pair => [prompt, n < common ? "yes" : letters(n)]);
    expect(await findingOf("DominantAnswer", share(61))).toMatchObject({
      severity: "blocking",
      value: 0.61,
    });
    expect(await findingOf("DominantAnswer", share(60))).toBeUndefined();
  });

  it("measures the spread of the answers in bits", async () => {
    const { report } = await check(
      clean(99).map(([prompt], n): Pair => [prompt, n % 3 ? "a" : "b"]),
    );
    expect(report.diversity.labelEntropyBits).toBeCloseTo(0.9183, 4);
    expect(report.diversity.largestOutputShare).toBeCloseTo(2 / 3, 10);
  });

  it.each([
    ["ControlCharacters", "a\u0007b"],
    ["ControlCharacters", "a\u0085b"],
    ["Mojibake", "GrÃ¼ÃŸe"],
    ["Mojibake", "itâ€™s"],
    ["Mojibake", "caf\ufffd"],
    ["HtmlRemains", 'see <a href="x">here</a>'],
    ["HtmlRemains", "salt&nbsp;and&nbsp;pepper"],
  ] as const)("%s in %j: informs up to 1 %, warns above", async (code, text) => {
    const rows = clean(200).map(
      ([prompt, answer], n): Pair => [n < 2 ? `${prompt} ${text}` : prompt, answer],
    );
    expect(await findingOf(code, rows)).toMatchObject({ severity: "info", lines: [1, 2] });
    rows[2] = [`${rows[2]?.[0]} ${text}`, "wait"];
    expect(await findingOf(code, rows)).toMatchObject({ severity: "warning", lines: [1, 2, 3] });
  });

  it.each([
    "if a < b and c > d",
    "List<String> items",
    "R&D in São Paulo: Ångström, Ã, â",
    "tab\tand\nline\r\n",
  ])("nothing is wrong with %j", async (text) => {
    const { report } = await check(
      clean(50).map(([prompt, answer]): Pair => [`${prompt} ${text}`, answer]),
    );
    const codes = report.findings.map(({ code }) => code);
    for (const code of ["ControlCharacters", "Mojibake", "HtmlRemains"])
      expect(codes).not.toContain(code);
  });

  it("tells another language", async () => {
    const english =
      "Dear team, the parcel that you sent me last week has not arrived yet, although the tracking page says that it was handed to my neighbour; could you please find out where it is, and tell me when I can expect it, because I will be away from Friday on?";
    const german =
      "Sehr geehrte Damen und Herren, das Paket, das Sie mir letzte Woche geschickt haben, ist noch nicht angekommen, obwohl die Sendungsverfolgung sagt, dass es bei meinem Nachbarn abgegeben wurde; könnten Sie bitte herausfinden, wo es ist, und mir sagen, wann ich damit rechnen kann?";
    const rows = clean(50).map(
      ([prompt, answer], n): Pair => [`${n === 7 ? german : english} ${prompt}`, answer],
    );
    const found = await findingOf("MixedLanguages", rows);
    expect(found).toMatchObject({ severity: "warning", count: 1, lines: [8] });
    expect(found?.message).toContain("look like deu; most are eng");
  });

  it("finds personal data: a card blocks, an address warns", async () => {
    const rows = clean(60);
    rows[4] = ["my card is 4111 1111 1111 1111", "wait"];
    rows[5] = ["write to mia@example.com", "wait"];
    expect(await findingOf("PaymentCard", rows)).toMatchObject({
      severity: "blocking",
      lines: [5],
    });
    expect(await findingOf("EmailAddress", rows)).toMatchObject({
      severity: "warning",
      lines: [6],
    });
  });

  it("finds secrets in any row of a batch, in questions and answers", async () => {
    // put together here, so that no scanner takes this file for a leak
    const token = `ghp_${"0123456789abcdefABCDEF0123456789abcd"}`;
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEpAIBAAKCAQEA".repeat(8)}\n-----END RSA PRIVATE KEY-----`;
    const rows = clean(3000);
    rows[10] = [`my token is ${token} and it fails`, "wait"];
    rows[2990] = ["what is the key?", key];
    const found = await findingOf("SecretFound", rows);
    expect(found).toMatchObject({ severity: "blocking", count: 2, lines: [11, 2991] });
    expect(found?.message).toContain("github");
    expect(found?.message).not.toContain(token);
  });
});

describe("tokens", () => {
  /** A word a token. */
  const words: TokenCounter = {
    name: "words",
    count(messages) {
      const size = (list: typeof messages) =>
        list.flatMap(({ content }) => content.split(" ")).length;
      if (messages[0]?.content === "refuse me") return { refused: "not this one" };
      return { total: size(messages), prompt: () => size(messages.slice(0, -1)) };
    },
  };

  it("block when more than 1 % of the answers are cut away, warn when 5 % are cut at all", async () => {
    const rows = clean(100);
    const over = (count: number, length: number) =>
      rows.map(
        ([prompt, answer], n): Pair => [
          n < count ? `${prompt} ${"x ".repeat(length)}` : prompt,
          answer,
        ],
      );
    const options = { tokenizer: words, maxTokens: 30 };
    expect(await findingOf("AnswerCutAway", over(1, 40), options)).toMatchObject({
      severity: "warning",
      lines: [1],
    });
    expect(await findingOf("AnswerCutAway", over(2, 40), options)).toMatchObject({
      severity: "blocking",
      lines: [1, 2],
    });
    expect(await findingOf("RowsTruncated", over(5, 40), options)).toMatchObject({
      severity: "info",
      count: 5,
    });
    expect(await findingOf("RowsTruncated", over(6, 40), options)).toMatchObject({
      severity: "warning",
      count: 6,
    });
    expect(await findingOf("RowsTruncated", over(6, 40), { tokenizer: words })).toBeUndefined();
  });

  it("are counted for each row", async () => {
    const { report, items } = await check(clean(60), { tokenizer: words });
    expect(report.tokens).toEqual({ min: 10, median: 10, p95: 10, max: 10, mean: 10, total: 600 });
    expect(items.every(({ tokens }) => tokens === 10)).toBe(true);
  });

  it("a chat that the template refuses blocks", async () => {
    const found = await findingOf("TemplateRefused", [...clean(60), ["refuse me", "wait"]], {
      tokenizer: words,
    });
    expect(found).toMatchObject({ severity: "blocking", lines: [61] });
    expect(found?.message).toContain("not this one");
  });
});

describe("splits", () => {
  const none = { testInTrain: 0, testInValidation: 0, validationInTrain: 0 };

  it("a measured leak blocks", () => {
    const leakage = { ...none, testInTrain: 2 };
    expect(splitFindings({ train: 800, validation: 100, test: 100 }, leakage, null)).toMatchObject([
      { code: "Leakage", severity: "blocking", value: 2 },
    ]);
  });

  it("too small ones warn", () => {
    expect(splitFindings({ train: 400, validation: 50, test: 49 }, none, null)).toMatchObject([
      { code: "SmallTest", severity: "warning", value: 49, threshold: 50 },
    ]);
    expect(splitFindings({ train: 400, validation: 49, test: 100 }, none, 120)).toMatchObject([
      { code: "SmallValidation", severity: "warning", value: 49 },
      { code: "TestTooSmallForGain", severity: "warning", value: 100, threshold: 120 },
    ]);
    expect(splitFindings({ train: 400, validation: 50, test: 120 }, none, 120)).toEqual([]);
  });

  it("blocking findings come first", async () => {
    const { report } = await check([...clean(40), ...clean(40)]);
    const order = ["blocking", "warning", "info"];
    const ranks = report.findings.map(({ severity }) => order.indexOf(severity));
    expect(ranks).toEqual([...ranks].sort());
    expect(report.findings[0]?.code).toBe("TooFewExamples");
  });

  it("blocks when no row has the group key that was named, and only then", async () => {
    expect(await findingOf("GroupKeyMissing", clean(60), { groupKey: "thraed" })).toEqual({
      code: "GroupKeyMissing",
      severity: "blocking",
      message: 'No row has the group key "thraed", so no rows are kept together by it',
      fix: FINDINGS.GroupKeyMissing.fix,
      value: 0,
      threshold: 60,
      count: 60,
      lines: [],
    });
    expect(await findingOf("GroupKeyMissing", clean(60))).toBeUndefined();
    expect(
      await findingOf("GroupKeyMissing", clean(60), { groupKey: "completion" }),
    ).toBeUndefined();
  });

  it("reports its progress", async () => {
    const seen: number[] = [];
    await check(clean(2500), { onProgress: ({ lines }) => seen.push(lines) });
    expect(seen).toEqual([1000, 2000]);
  });
});

it("every finding has a title, a rule of severity and a fix", () => {
  for (const { title, severity, fix } of Object.values(FINDINGS)) {
    expect(title).toMatch(/^[A-Z]/);
    expect(severity).toMatch(/^(blocks|warns|informs)/);
    expect(fix.length).toBeGreaterThan(20);
  }
});
