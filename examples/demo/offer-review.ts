import { confirm, isCancel, select } from "@clack/prompts";
import { stringify } from "csv-stringify/sync";
import type { Io } from "../../cli/io.ts";
import { CHOICES, type ReviewSheet } from "../../core/review/review-sheet.ts";
import type { Kit } from "../../sdk/index.ts";

const ITEMS = 8;

/**
 * A short blind review there and then, when somebody is there to give it; otherwise the commands for later. A review is
 * never made up.
 */
export async function offerReview(
  io: Io,
  kit: Kit,
  adapter: string,
  tunekit: (...args: string[]) => Promise<number>,
): Promise<void> {
  if (io.canAsk) {
    const now = await confirm({
      message: `Compare ${ITEMS} pairs of answers now, without knowing which is whose?`,
    });
    if (now === true) {
      const { sheets } = await kit.review.export(adapter, {
        version: "candidate",
        raters: 1,
        items: ITEMS,
      });
      const text = sheets[0] ? await ask(sheets[0]) : undefined;
      if (text !== undefined) {
        const sheet = { file: "terminal", rater: kit.requester, text };
        await kit.review.import(adapter, { version: "candidate", sheets: [sheet] });
        await tunekit("adapters", "promote", adapter, "--to", "champion");
        return;
      }
    }
  }
  io.out("No person has compared the answers yet, so champion waits. When somebody has time:");
  io.out(`  cd examples/spam`);
  io.out(
    `  npx tunekit review export ${adapter}    # writes review/sheet.html and review/sheet.csv`,
  );
  io.out(
    `  npx tunekit review import ${adapter} review/sheet.csv --rater NAME && npx tunekit adapters promote ${adapter} --to champion`,
  );
}

/** The filled sheet, or undefined when the person stopped in the middle. */
async function ask({ sheetId, rows }: ReviewSheet): Promise<string | undefined> {
  const answers: string[][] = [["sheet", "item", "choice", "note"]];
  for (const { itemNumber, question, answerA, answerB } of rows) {
    const choice = await select({
      message: `${itemNumber} of ${rows.length}\n${question}\n\n  A: ${answerA}\n  B: ${answerB}\n\nWhich answer is better?`,
      options: CHOICES.map((value) => ({ value, label: value })),
    });
    if (isCancel(choice)) return undefined;
    answers.push([sheetId, String(itemNumber), choice, ""]);
  }
  return stringify(answers);
}
