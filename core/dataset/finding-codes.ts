import type { Finding } from "../spec/dataset.ts";

interface FindingRow {
  title: string;
  /** When it blocks, warns or informs, in words. */
  severity: string;
  fix: string;
}

const INVALID_ROW = "blocks when more than 0.5 % of the rows are invalid, else warns";
const TEXT_FAULT = "warns above 1 % of the rows, else informs";

/** Every finding that the readiness check can make. docs/reference/findings.md is generated from this table. */
export const FINDINGS = {
  EmptyFile: {
    title: "The file holds no row",
    severity: "blocks",
    fix: 'write one JSON object a line, such as {"messages": [...]}',
  },
  NotJsonLines: {
    title: "The file is one JSON array, not one object a line",
    severity: "blocks",
    fix: "turn it into JSON lines: `jq -c '.[]' data.json > data.jsonl`",
  },
  ByteOrderMark: {
    title: "The file starts with a byte-order mark",
    severity: "informs",
    fix: "nothing to do: it was skipped; save as UTF-8 without BOM to silence this",
  },
  CarriageReturns: {
    title: "Lines end in CR LF",
    severity: "informs",
    fix: "nothing to do: the CR was skipped; save with LF line ends to silence this",
  },
  BlankLines: {
    title: "Blank lines",
    severity: "informs",
    fix: "nothing to do: they were skipped; remove them to silence this",
  },
  BrokenJson: {
    title: "The line is not JSON",
    severity: INVALID_ROW,
    fix: "write each row as one complete JSON object on one line",
  },
  NotUtf8: {
    title: "The line is not UTF-8",
    severity: INVALID_ROW,
    fix: "save the file as UTF-8: `iconv -f WINDOWS-1252 -t UTF-8 data.jsonl > utf8.jsonl`",
  },
  LineTooLong: {
    title: "The line is too long to be an example",
    severity: INVALID_ROW,
    fix: "put every row on a line of its own and shorten the text",
  },
  NotAnObject: {
    title: "The line is JSON but no object",
    severity: INVALID_ROW,
    fix: 'write each row as an object, such as {"messages": [...]}',
  },
  UnknownFormat: {
    title: "The row has none of the known shapes",
    severity: INVALID_ROW,
    fix: "use the keys messages; prompt and completion; instruction and output; or conversations",
  },
  MixedFormat: {
    title: "The row has another shape than the first one",
    severity: INVALID_ROW,
    fix: "keep to one shape a file",
  },
  MessagesInvalid: {
    title: "The messages are no list of turns",
    severity: INVALID_ROW,
    fix: 'write a list of {"role": ..., "content": ...} objects',
  },
  RoleUnknown: {
    title: "A turn has an unknown role",
    severity: INVALID_ROW,
    fix: "use the roles system, user and assistant",
  },
  ContentNotText: {
    title: "A turn's content is no text",
    severity: INVALID_ROW,
    fix: "write the content as one string",
  },
  MessageEmpty: {
    title: "A turn is empty",
    severity: INVALID_ROW,
    fix: "fill the turn or remove the row",
  },
  PromptMissing: {
    title: "The row asks nothing",
    severity: INVALID_ROW,
    fix: "put a user turn before the answer",
  },
  RolesNotAlternating: {
    title: "The turns do not alternate",
    severity: INVALID_ROW,
    fix: "order the turns as system (at most one, first), then user, assistant, user, assistant",
  },
  AnswerMissing: {
    title: "The last turn is not the assistant's",
    severity: "blocks",
    fix: "end every row with the answer to be learned",
  },
  ExtraKeys: {
    title: "Keys that are not used",
    severity: "warns",
    fix: "remove them, or name one of them as group key",
  },
  SystemEmpty: {
    title: "An empty system turn",
    severity: "warns",
    fix: "write the instruction or remove the turn; it was left out",
  },
  IdRepeated: {
    title: "Two rows have the same id",
    severity: "warns",
    fix: "give every row an id of its own; the content digest was used instead",
  },
  GroupKeyMissing: {
    title: "No row has the group key that was named",
    severity: "blocks",
    fix: "check the spelling of --group-key: without it, relatives may land on both sides of the split",
  },
  GroupMissing: {
    title: "Rows without the group key",
    severity: "warns",
    fix: "fill the group key in every row, or its relatives may land on both sides of the split",
  },
  TooFewExamples: {
    title: "Too few examples to fine-tune",
    severity: "blocks below 50 rows",
    fix: "collect more examples, or improve the prompt instead",
  },
  FewExamples: {
    title: "Few examples",
    severity: "warns below 500 rows",
    fix: "collect more examples; 500 to 2,000 are typical",
  },
  ExactDuplicates: {
    title: "Exact duplicates",
    severity: "warns above 2 % of the rows, else informs",
    fix: "nothing to do: one row of each was kept",
  },
  NearDuplicates: {
    title: "Near-duplicates",
    severity: "warns above 10 % of the rows, else informs",
    fix: "keep the most different ones; a cluster never straddles the splits",
  },
  LargeCluster: {
    title: "One cluster holds much of the data",
    severity: "warns above 10 % of the rows",
    fix: "move an instruction that all rows share into the system turn; or use a finer group key",
  },
  Contradictions: {
    title: "The same input has different answers",
    severity: "blocks above 2 % of the inputs, else warns",
    fix: "decide which answer is right, and remove the others",
  },
  NearContradictions: {
    title: "Nearly the same input has another label",
    severity: "warns",
    fix: "look at each pair and mend the wrong label",
  },
  AnswerCutAway: {
    title: "The answer is cut away by the length limit",
    severity: "blocks above 1 % of the rows, else warns",
    fix: "raise training.maxLength or shorten the input",
  },
  RowsTruncated: {
    title: "Rows are longer than the length limit",
    severity: "warns above 5 % of the rows, else informs",
    fix: "raise training.maxLength or shorten the rows",
  },
  TemplateRefused: {
    title: "The base model's chat template refuses rows",
    severity: "blocks",
    fix: "change the rows to what the template accepts, or take another base model",
  },
  DominantAnswer: {
    title: "One answer dominates",
    severity: "blocks above 60 % of the rows",
    fix: "add rows with the other answers, or keep fewer of the common one",
  },
  LowDiversity: {
    title: "The rows are much alike",
    severity: "warns below half as many clusters as rows",
    fix: "collect rows that differ in more than names and numbers",
  },
  SecretFound: {
    title: "A secret stands in the data",
    severity: "blocks",
    fix: "revoke the secret, then mask it in the data: a model can repeat it",
  },
  PaymentCard: {
    title: "Payment card numbers",
    severity: "blocks",
    fix: "mask them: a model can repeat them",
  },
  BankAccount: {
    title: "Bank account numbers (IBAN)",
    severity: "blocks",
    fix: "mask them: a model can repeat them",
  },
  IdNumber: {
    title: "US social security numbers",
    severity: "blocks",
    fix: "mask them: a model can repeat them",
  },
  EmailAddress: {
    title: "E-mail addresses",
    severity: "warns",
    fix: "mask them, or state why the model needs them",
  },
  PhoneNumber: {
    title: "Phone numbers",
    severity: "warns",
    fix: "mask them, or state why the model needs them",
  },
  IpAddress: {
    title: "IP addresses",
    severity: "warns",
    fix: "mask them, or state why the model needs them",
  },
  MixedLanguages: {
    title: "Rows in other languages",
    severity: "warns above 1 % of the sampled rows",
    fix: "remove them, or make sure that production sees them as often",
  },
  ControlCharacters: {
    title: "Control characters",
    severity: TEXT_FAULT,
    fix: "remove them in the export",
  },
  Mojibake: {
    title: "Text in the wrong encoding",
    severity: TEXT_FAULT,
    fix: "decode the source with its true encoding and export again",
  },
  HtmlRemains: {
    title: "Remains of HTML",
    severity: TEXT_FAULT,
    fix: "strip the markup, unless the model will see it in production",
  },
  Leakage: {
    title: "The same or nearly the same item stands in two splits",
    severity: "blocks",
    fix: "split again with `tunekit check`; do not edit the split files",
  },
  EmptySplit: {
    title: "A split is empty",
    severity: "blocks",
    fix: "collect more rows, use a finer group key, or other ratios",
  },
  SmallValidation: {
    title: "The validation split is small",
    severity: "warns below 50 items",
    fix: "collect more rows or give validation a larger ratio",
  },
  SmallTest: {
    title: "The test split is small",
    severity: "warns below 50 items",
    fix: "collect more rows or give test a larger ratio, such as 70/10/20",
  },
  TestTooSmallForGain: {
    title: "The test split cannot show the minimum gain",
    severity: "warns",
    fix: "label more rows or give test a larger ratio, such as 70/10/20",
  },
} as const satisfies Record<string, FindingRow>;

export type FindingCode = keyof typeof FINDINGS;

/** The finding with the table's fix. `value` and `threshold` are null, `count` 0 and `lines` empty unless given. */
export const finding = (
  code: FindingCode,
  severity: Finding["severity"],
  message: string,
  facts: Partial<Pick<Finding, "value" | "threshold" | "count" | "lines">> = {},
): Finding => ({
  code,
  severity,
  message,
  fix: FINDINGS[code].fix,
  value: null,
  threshold: null,
  count: 0,
  lines: [],
  ...facts,
});
