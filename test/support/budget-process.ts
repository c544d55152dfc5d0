/**
 * A real second process on a budget: `node budget-process.ts ROOT reserve FIRST COUNT AMOUNT LIMIT` reserves for COUNT runs
 * at once and prints the granted; `… loop FIRST COUNT AMOUNT` takes each run in turn through reserve and settle.
 */
import { release, reserve, settle } from "../../sdk/budget/budget.ts";
import { fileStore } from "../../sdk/store/file-store.ts";

const [root = "", action, ...numbers] = process.argv.slice(2);
const [first = 0, count = 0, amount = 0, limit = Number.NaN] = numbers.map(Number);
const store = fileStore(root);
const place = (run: number) => ({ team: "support", period: "2026-11", runId: `run-${run}` });
const runs = Array.from({ length: count }, (_, index) => first + index);

if (action === "reserve") {
  const answers = await Promise.all(
    runs.map((run) => reserve(store, place(run), amount, Number.isNaN(limit) ? null : limit)),
  );
  process.stdout.write(JSON.stringify(runs.filter((_, index) => answers[index]?.granted)));
} else {
  for (const run of runs) {
    await reserve(store, place(run), amount, null);
    process.stdout.write(".");
    if (run % 3 === 0) await release(store, place(run));
    else await settle(store, place(run), amount + run);
  }
}
