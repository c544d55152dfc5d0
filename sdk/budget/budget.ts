import { InputError, StoreError } from "../../core/errors.ts";
import { Budget, type BudgetRun, budgetTotals } from "../../core/spec/budget.ts";
import { formatUsd, type MicroUsd } from "../../core/units.ts";
import { readDocument } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { swapDocument } from "../store/swap.ts";

/**
 * Budgets: one object per team and month, `budgets/<team>/<period>.json`, changed by compare-and-swap only. A run's high
 * estimate is reserved before it starts and settled with the actual when it ends. Every call may be repeated after a crash:
 * a run counts once, whatever happens.
 */

/** The place of a run in a budget. `period` is that of the reservation, also for a run that ends in the next month. */
export interface BudgetPlace {
  team: string;
  period: string;
  runId: string;
}

/** The answer with its figures; those of the others are without this run. */
export interface Reservation {
  granted: boolean;
  limitMicroUsd: MicroUsd | null;
  actualMicroUsd: MicroUsd;
  committedMicroUsd: MicroUsd;
  /** With this run. */
  afterThisMicroUsd: MicroUsd;
}

const keyOf = (team: string, period: string): string => `budgets/${team}/${period}.json`;

const empty = (team: string, period: string): Budget => ({
  schemaVersion: 1,
  team,
  period,
  runs: {},
});

/** The budget as it stands; an empty one when nothing was reserved yet. */
export async function readBudget(
  store: ObjectStore,
  team: string,
  period: string,
): Promise<Budget> {
  return (await readDocument(store, keyOf(team, period), Budget))?.value ?? empty(team, period);
}

/**
 * Holds `microUsd` for a run if spent + held + this stays within the limit; without a limit it is held all the same. A run
 * that already holds or has spent something keeps exactly that and is granted; one that was released asks anew.
 * @param limit micro-USD of the team's month; null: no limit is set.
 * @throws InputError `WrongAmount`
 */
export async function reserve(
  store: ObjectStore,
  place: BudgetPlace,
  microUsd: MicroUsd,
  limit: MicroUsd | null,
): Promise<Reservation> {
  checkAmount(microUsd, "reserved");
  let answer!: Reservation;
  await changeRun(store, place, (run, others) => {
    const held = run !== undefined && run.state !== "released";
    const own = held ? (run.actual ?? run.reserved) : microUsd;
    const after = others.actual + others.committed + own;
    answer = {
      granted: held || limit === null || after <= limit,
      limitMicroUsd: limit,
      actualMicroUsd: others.actual,
      committedMicroUsd: others.committed,
      afterThisMicroUsd: after,
    };
    if (held || !answer.granted) return run;
    return { ...run, state: "reserved", reserved: microUsd, actual: null };
  });
  return answer;
}

/**
 * Puts what the run really cost in place of what it held, also above the limit and also for a run that held nothing: money
 * that is spent always counts.
 * @throws InputError `WrongAmount`; StoreError `BudgetConflict` when it was settled with another amount.
 */
export async function settle(
  store: ObjectStore,
  place: BudgetPlace,
  actual: MicroUsd,
): Promise<void> {
  checkAmount(actual, "settled");
  await changeRun(store, place, (run) => {
    if (run?.state !== "settled") return { reserved: 0, ...run, state: "settled", actual };
    if (run.actual === actual) return run;
    throw new StoreError(
      "BudgetConflict",
      `run ${place.runId} was settled with ${formatUsd(run.actual ?? 0)}, not ${formatUsd(actual)}`,
      {
        path: `${store.url}/${keyOf(place.team, place.period)}`,
        fix: "nothing was changed; the ledger has the settlement that counts",
      },
    );
  });
}

/** Gives back what a run held that never started. A run that was settled stays so. */
export async function release(store: ObjectStore, place: BudgetPlace): Promise<void> {
  await changeRun(store, place, (run) =>
    run?.state === "reserved" ? { ...run, state: "released" } : run,
  );
}

/** `change` gets the run's record and the totals of all others; it returns what it got to change nothing. */
async function changeRun(
  store: ObjectStore,
  { team, period, runId }: BudgetPlace,
  change: (
    run: BudgetRun | undefined,
    others: ReturnType<typeof budgetTotals>,
  ) => BudgetRun | undefined,
): Promise<void> {
  await swapDocument(store, keyOf(team, period), Budget, (current) => {
    const budget = current ?? empty(team, period);
    const { [runId]: run, ...others } = budget.runs;
    const next = change(run, budgetTotals({ ...budget, runs: others }));
    if (next === undefined || next === run) return current;
    return { ...budget, runs: { ...others, [runId]: next } };
  });
}

function checkAmount(microUsd: MicroUsd, what: string): void {
  if (Number.isSafeInteger(microUsd) && microUsd >= 0) return;
  throw new InputError(
    "WrongAmount",
    `${microUsd} cannot be ${what}: it is no amount of micro-USD`,
    {
      fix: "give a whole number of micro-USD, zero or more",
    },
  );
}
