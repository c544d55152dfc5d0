import { CsvError, parse } from "csv-parse/sync";
import { InputError, type Problem, SpecError } from "../errors.ts";
import { CHOICES, type Choice, type ReviewKey } from "./review-sheet.ts";

/** One filled-in sheet as it came back, any spreadsheet's CSV. */
export interface ReturnedSheet {
  file: string;
  text: string;
  /** Who filled it in. Raters share a sheet only where one alone was made. */
  rater: string;
}

export const RATING_OUTCOMES = ["adapter", "baseline", "tie", "both bad"] as const;

/** What one rater said of one item, the sides opened with the key. */
export interface Rating {
  rater: string;
  itemId: string;
  outcome: (typeof RATING_OUTCOMES)[number];
  note: string;
}

const NEEDED = ["sheet", "item", "choice"] as const;

interface Row {
  line: number;
  sheet: string;
  item: string;
  choice: string;
  note: string;
}

/**
 * The ratings in sheets that came back. Columns `sheet`, `item`, `choice` are needed and `note` is read; separated by
 * comma, semicolon or tab, with or without byte-order mark. Each item must be answered: a skipped hard question would
 * make the comparison look clearer than it is.
 *
 * @throws InputError RaterUnnamed, SheetUnreadable, SheetColumnMissing, ReviewUnanswered, SheetTwice
 * @throws SpecError with every wrong row at once: SheetUnknown, ItemUnknown, ItemDuplicate, ChoiceMissing, ChoiceUnknown,
 *   ItemMissing
 */
export function readReviewSheets(returned: readonly ReturnedSheet[], key: ReviewKey): Rating[] {
  const names = returned.map(({ rater }) => rater);
  if (new Set(names).size < names.length || names.includes("")) {
    throw new InputError("RaterUnnamed", "every sheet needs the name of its own rater", {
      fix: "name one rater a file, each once",
    });
  }
  const sheets = returned.map((sheet) => ({ ...sheet, rows: readRows(sheet) }));
  if (sheets.every(({ rows }) => rows.every(({ choice }) => choice === ""))) {
    throw new InputError("ReviewUnanswered", "no question of this review was answered", {
      fix: `fill the column "choice" with ${CHOICES.join(", ")}, then import again`,
      path: returned.map(({ file }) => file).join(", "),
    });
  }
  refuseTwice(sheets, key);
  const read = sheets.map(({ file, rater, rows }) => readSheet(file, rater, rows, key));
  const [first, ...others] = read.flatMap(({ problems }) => problems);
  if (first) throw new SpecError([first, ...others]);
  return read.flatMap(({ ratings }) => ratings);
}

/** One person's sheet under two names would pass for agreement. */
function refuseTwice(
  sheets: readonly (ReturnedSheet & { rows: readonly Row[] })[],
  key: ReviewKey,
): void {
  const answers = (rows: readonly Row[]) =>
    JSON.stringify(rows.map(({ line: _, ...row }) => JSON.stringify(row)).sort());
  sheets.forEach((sheet, index) => {
    for (const first of sheets.slice(0, index)) {
      const why =
        first.file === sheet.file
          ? "gave the same file"
          : answers(first.rows) === answers(sheet.rows)
            ? "gave the same answers on the same sheet"
            : key.sheets.length > 1 && first.rows[0]?.sheet === sheet.rows[0]?.sheet
              ? "filled the same sheet, although several were made"
              : undefined;
      if (!why) continue;
      throw new InputError("SheetTwice", `${first.rater} and ${sheet.rater} ${why}`, {
        fix: "give each rater a sheet of their own: `tunekit review export NAME --raters 2`",
        path: `${first.file}, ${sheet.file}`,
      });
    }
  });
}

function readSheet(file: string, rater: string, rows: readonly Row[], key: ReviewKey) {
  const ratings: Rating[] = [];
  const problems: Problem[] = [];
  const add = (code: string, message: string, fix: string, line?: number) =>
    problems.push({ code, message, fix, file, ...(line === undefined ? {} : { line }) });
  const sheet = key.sheets.find(({ sheetId }) => rows.some((row) => row.sheet === sheetId));
  const open = new Set(sheet?.items.map(({ itemNumber }) => String(itemNumber)));
  for (const row of rows) {
    const item = sheet?.items.find(({ itemNumber }) => String(itemNumber) === row.item);
    const choice = CHOICES.find((word) => word.toLowerCase() === row.choice.toLowerCase());
    const words = `write one of ${CHOICES.join(", ")}`;
    if (row.sheet !== sheet?.sheetId) {
      const known = key.sheets.map(({ sheetId }) => sheetId).join(" or ");
      const fix = `a file holds one sheet of this review: ${known}`;
      add("SheetUnknown", `sheet "${row.sheet}" does not belong here`, fix, row.line);
    } else if (!item) {
      const fix = `items go from 1 to ${sheet.items.length}`;
      add("ItemUnknown", `the sheet has no item "${row.item}"`, fix, row.line);
    } else if (!open.delete(row.item)) {
      add("ItemDuplicate", `item ${row.item} is there twice`, "keep one row an item", row.line);
    } else if (row.choice === "") {
      add("ChoiceMissing", `item ${row.item} has no choice`, words, row.line);
    } else if (!choice) {
      add("ChoiceUnknown", `"${row.choice}" is no choice`, words, row.line);
    } else {
      const outcome = outcomeOf(choice, item.adapterSide);
      ratings.push({ rater, itemId: item.id, outcome, note: row.note });
    }
  }
  for (const item of open) {
    add("ItemMissing", `item ${item} is missing`, `add its row to sheet ${sheet?.sheetId}`);
  }
  return { ratings, problems };
}

function outcomeOf(choice: Choice, adapterSide: "A" | "B"): Rating["outcome"] {
  if (choice === "tie" || choice === "both bad") return choice;
  return choice === adapterSide ? "adapter" : "baseline";
}

function readRows({ file, text }: Omit<ReturnedSheet, "rater">): Row[] {
  const delimiter = /[,;\t]/.exec(text)?.[0] ?? ",";
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      bom: true,
      delimiter,
      info: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError("SheetUnreadable", `${file} is no CSV: ${error.message}`, {
      fix: "save the sheet again as CSV (UTF-8)",
      path: file,
      cause: error,
    });
  }
  const [header, ...body] = records;
  const columns = header?.record.map((name) => name.toLowerCase()) ?? [];
  const absent = NEEDED.filter((name) => !columns.includes(name));
  if (absent.length > 0) {
    throw new InputError("SheetColumnMissing", `${file} has no column ${absent.join(", ")}`, {
      fix: `keep the first line of the sheet: it names ${NEEDED.join(", ")}`,
      path: file,
    });
  }
  return body.map(({ record, info }) => {
    const cell = (name: string) => record[columns.indexOf(name)] ?? "";
    // `lines` counts up to the end of the row; line breaks inside its cells lie before that.
    const line = info.lines - record.join("").split("\n").length + 1;
    return {
      line,
      sheet: cell("sheet"),
      item: cell("item"),
      choice: cell("choice"),
      note: cell("note"),
    };
  });
}
