import { resolve } from "node:path";
import { InputError } from "../../core/errors.ts";
import type { Dataset, ReadinessReport } from "../../core/spec/dataset.ts";
import { formatPercent } from "../../core/units.ts";
import type { CheckOutcome, CheckRequest } from "../../sdk/index.ts";
import { progress } from "../io.ts";
import { openKit } from "../open-kit.ts";
import { counted, printJson, section, tint } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

interface Options extends GlobalOptions {
  name?: string;
  base?: string;
  ratios: string;
  groupKey?: string;
  salt?: string;
  audit?: string;
  auditor?: string;
  dryRun?: boolean;
}

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("<data>", "JSONL: chat messages, prompt/completion, Alpaca or ShareGPT")
      .option("--base <model>", "count tokens with this base model's tokenizer")
      .option("--ratios <parts>", "train/validation/test", "80/10/10")
      .option("--group-key <key>", "rows with the same value stay on one side of the split")
      .option("--salt <text>", "another split of the same data")
      .option("--name <name>", "name of the dataset (default: the file's name)")
      .option(
        "--audit <right/looked-at>",
        "a person looked at a sample of the rows, such as 98/100",
      )
      .option("--auditor <name>", "who looked")
      .option("--dry-run", "check only, store nothing")
      .addHelpText(
        "after",
        "\nExit 2 when a finding blocks. Audited examples count for more in the expected gain, or refuse the run.\n\nExample:" +
          "\n  tunekit check mails.jsonl --base smollm2-135m-instruct\n  tunekit check mails.jsonl --audit 98/100 --auditor ana",
      )
      .action((data: string, options: Options) =>
        run(async () => {
          const kit = await openKit(io, options);
          const audit = readAudit(options);
          const shown = progress(io, "checking");
          const outcome = await kit.check(resolve(io.cwd, data), {
            ratios: options.ratios,
            store: !options.dryRun,
            onProgress: shown.update,
            signal: io.signal,
            ...(options.base === undefined ? {} : { base: options.base }),
            ...(options.name === undefined ? {} : { name: options.name }),
            ...(options.groupKey === undefined ? {} : { groupKey: options.groupKey }),
            ...(options.salt === undefined ? {} : { salt: options.salt }),
            ...(audit ? { audit } : {}),
          });
          shown.done();
          if (options.json)
            printJson(io, { dataset: outcome.dataset ?? null, report: outcome.report });
          else io.out(checkText(outcome, options.dryRun === true));
          return outcome.blocking.length > 0 ? 2 : 0;
        }),
      );
  },
};

function readAudit({ audit, auditor }: Options): CheckRequest["audit"] {
  if (audit === undefined && auditor === undefined) return undefined;
  if (audit === undefined || auditor === undefined) {
    throw new InputError("AuditWrong", "an audit needs its result and a name", {
      path: audit === undefined ? "--audit" : "--auditor",
      fix: "write both: --audit 98/100 --auditor ana",
    });
  }
  const [, correct, sampled] = /^(\d+)\/(\d+)$/.exec(audit) ?? [];
  if (correct === undefined || sampled === undefined) {
    throw new InputError("AuditWrong", `"${audit}" is no result of an audit`, {
      path: "--audit",
      fix: "write how many rows were right, of how many: 98/100",
    });
  }
  return { correct: Number(correct), sampled: Number(sampled), by: auditor };
}

function checkText({ report, dataset, blocking }: CheckOutcome, dryRun: boolean): string {
  const parts = [factsText(report)];
  if (report.findings.length > 0) {
    parts.push(
      report.findings
        .map(({ severity, code, message, fix, lines }) => {
          const where =
            lines.length > 0
              ? ` (line ${lines.slice(0, 5).join(", ")}${lines.length > 5 ? ", …" : ""})`
              : "";
          return `${tint(severity)} ${code}: ${message}${where}${severity === "info" ? "" : `\n  fix: ${fix}`}`;
        })
        .join("\n"),
    );
  }
  if (dataset) {
    const { train, validation, test } = dataset.splits;
    parts.push(
      section(dryRun ? "split (not stored)" : "frozen split", [
        ["dataset", dataset.digest],
        ["items", `${train.items} train, ${validation.items} validation, ${test.items} test`],
        [
          "leaks",
          `${counted(report.leakage.testInTrain + report.leakage.testInValidation, "test item")} near a training item`,
        ],
        ["audit", auditText(dataset.audit)],
      ]),
    );
  } else
    parts.push(
      `Not ready: ${blocking.length} ${blocking.length === 1 ? "finding blocks" : "findings block"}.`,
    );
  return parts.join("\n\n");
}

function auditText(audit: Dataset["audit"]): string {
  if (!audit) return "none: look at a sample of the rows and add --audit and --auditor";
  const { correct, sampled, by, at } = audit;
  return `${correct} of ${sampled} right (${formatPercent(correct / sampled)}), by ${by} on ${at.slice(0, 10)}`;
}

function factsText(report: ReadinessReport): string {
  const {
    rows,
    usable,
    invalidRows,
    exactDuplicates,
    nearDuplicates,
    clusters,
    largestCluster,
    tokens,
    words,
  } = report;
  const read = rows - invalidRows;
  return section(`${report.format} · ${counted(rows, "row")}`, [
    [
      "usable",
      `${usable} (${invalidRows} invalid, ${counted(exactDuplicates, "exact duplicate")} dropped)`,
    ],
    [
      "near-duplicates",
      `${counted(nearDuplicates, "row")} (${formatPercent(read ? nearDuplicates / read : 0, 1)})`,
    ],
    ["clusters", `${clusters}, the largest of ${largestCluster}`],
    [
      "length",
      tokens
        ? `${tokens.median} tokens (median), ${tokens.max} at most`
        : `${words.median} words (median); tokens not counted, add --base`,
    ],
    ["rule", report.rule],
  ]);
}
