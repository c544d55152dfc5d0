import { digestOf } from "../../core/digest.ts";
import type { Known, Places } from "../amount.ts";
import { unknown } from "../amount.ts";
import type { LedgerView } from "../ledger-view.ts";
import type { Period } from "../period.ts";

export interface Annex {
  method: string[];
  definitions: { word: string; meaning: string }[];
  /** Ids of the price books that the estimates used. */
  priceBooks: Known<string[]>;
  entries: number;
  /** sha256 of the canonical JSON of the entries, each once, oldest first. */
  entriesDigest: string;
  command: string;
  engineVersion: string;
}

const DEFINITIONS: Annex["definitions"] = [
  {
    word: "Asked",
    meaning:
      "Expected cost of every job that the gate decided on in the period. A job that was asked for again counts once.",
  },
  { word: "Admitted", meaning: "The part of it that was let through, overrides included." },
  {
    word: "Blocked",
    meaning:
      "The part of it that was not let through. It is no saving: it says what was not spent, not what would have been lost.",
  },
  {
    word: "Spent",
    meaning:
      "Measured cost of the training runs settled in the period, unused GPUs of the node included. Prompt baselines and evaluations are not in it: on the machine that runs them they are not metered yet.",
  },
  {
    word: "Committed",
    meaning: "High estimates of the runs that are still open, held back in the budget.",
  },
  { word: "Remaining", meaning: "Budget minus spent minus committed." },
  {
    word: "Low, expected, high",
    meaning: "An interval that should hold 80 % of outcomes: 10 % below low, 10 % above high.",
  },
  {
    word: "Variance",
    meaning:
      "Actual minus what the run alone was expected to cost, without evaluation and labels. Positive: dearer than expected. Only runs that succeeded have one.",
  },
  {
    word: "Gain",
    meaning:
      "Score of the adapter minus score of the base model with its best prompt, on the same unseen test items, in points of the metric.",
  },
  {
    word: "USD per point",
    meaning: "Actual training cost over the points gained, for a run whose evaluation passed.",
  },
  {
    word: "Waste",
    meaning:
      "All that failed and cancelled runs cost, and the unused part of the node of runs that succeeded (stranded).",
  },
];

const PLACES_WHY: Record<Places, string> = {
  2: "because none of its amounts is below one cent",
  4: "because its smallest amount is below one cent",
  6: "which is exact, because its smallest amount is below a tenth of a cent",
};

export function annexOf(
  view: LedgerView,
  period: Period,
  places: Places,
  context: { command: string; engineVersion: string },
): Annex {
  const books = [
    ...new Set(view.decisions.flatMap(({ priceBook }) => (priceBook ? [priceBook] : []))),
  ].sort();
  return {
    method: [
      "Every figure is a sum over the ledger, an append-only record written when the gate decides, a run starts, a run is settled, an adapter is evaluated and an alias moves.",
      `Decisions and costs belong to the calendar month (UTC) in which they were entered; gains and aliases are as of ${period.now}.`,
      "A settled run is held against the estimate of the run alone, as its settlement repeats it; the interval is the decision's, in the same proportion. Where the settlement has none, the whole estimate of the decision stands.",
      "The expected gain is the gate's forecast with its 80 % interval (normal); the realised gain is the latest evaluation of the run's adapter, whatever it says, with the interval that the evaluation recorded.",
      `Money is held in whole millionths of a US dollar. This report shows ${places} decimals, ${PLACES_WHY[places]}. Rows are rounded by largest remainder, so shown rows add up to shown totals; differences smaller than one shown unit read as zero. CSV and JSON carry all six decimals.`,
      "A figure that nobody recorded is shown as – with its reason, and is in no total.",
    ],
    definitions: DEFINITIONS,
    priceBooks:
      books.length > 0
        ? books
        : unknown(
            view.decisions.length > 0
              ? "No decision of the period names its price book"
              : "No decision in the period",
          ),
    entries: view.entries.length,
    entriesDigest: digestOf(view.entries),
    command: context.command,
    engineVersion: context.engineVersion,
  };
}
