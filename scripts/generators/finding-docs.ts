import { FINDINGS } from "../../core/dataset/finding-codes.ts";

/** docs/reference/findings.md */
export function findingDocs(): string {
  const rows = Object.entries(FINDINGS).map(
    ([code, { title, severity, fix }]) => `| \`${code}\` | ${title} | ${severity} | ${fix} |`,
  );
  return `# Findings of the data check

Generated from core/dataset/finding-codes.ts by \`npm run generate\`; edit that.

\`tunekit check\` lists every finding with its lines. One that blocks keeps the data from being frozen, so that no run starts
on it; the others stay in the report of the dataset and in the facts of every decision about it. Findings about an evaluation
stand in [evaluation.md](../evaluation.md#findings).

| Code | Meaning | Severity | Fix |
|---|---|---|---|
${rows.join("\n")}
`;
}
