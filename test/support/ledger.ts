import type { LedgerEntry, LedgerKind } from "../../core/spec/ledger.ts";

type Entry<K extends LedgerKind> = Extract<LedgerEntry, { kind: K }>;

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A valid ULID that sorts by `n`; `n` below 32^10. */
export function testUlid(n: number): string {
  let [rest, text] = [n, ""];
  for (let place = 0; place < 26; place++) {
    text = CROCKFORD[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** A digest that is told apart by `n`. */
export const testDigest = (n: number): string => n.toString(16).padStart(64, "0");

/** Writes ledger entries a minute apart, each valid, each field to be overridden. */
export class LedgerFixture {
  readonly entries: LedgerEntry[] = [];
  #next = 1;
  #time: number;

  constructor(start = "2026-11-03T09:00:00.000Z") {
    this.#time = Date.parse(start);
  }

  id(): string {
    return testUlid(this.#next++);
  }

  decided(fields: Partial<Entry<"decided">> = {}): Entry<"decided"> {
    return this.#add({
      ...this.#base(),
      kind: "decided",
      decisionId: this.id(),
      jobDigest: testDigest(this.#next++),
      datasetDigest: testDigest(0xda7a),
      method: "lora",
      verdict: "approve",
      mode: "enforce",
      admitted: true,
      codes: [],
      summary: "The net benefit is 4,180.00 USD over the horizon.",
      cost: { low: 9_200_000, expected: 12_400_000, high: 18_600_000, stranded: 0 },
      gain: { priorMean: 0.06, mean: 0.06, sd: 0.03 },
      netBenefit: 4_180_000_000,
      pWin: 0.91,
      override: null,
      ...fields,
    });
  }

  checkRefused(fields: Partial<Entry<"check-refused">> = {}): Entry<"check-refused"> {
    return this.#add({
      ...this.#base(),
      kind: "check-refused",
      file: "few.jsonl",
      codes: ["TooFewExamples"],
      message: "few.jsonl has 41 usable examples; 50 are the least.",
      ...fields,
    });
  }

  started(decision: Entry<"decided">, fields: Partial<Entry<"started">> = {}): Entry<"started"> {
    return this.#add({
      ...this.#base(),
      ...asOf(decision),
      kind: "started",
      runId: this.id(),
      decisionId: decision.decisionId,
      jobDigest: decision.jobDigest,
      tier: "a100-40",
      instanceType: "p4d.24xlarge",
      capacity: "on-demand",
      gpuCount: 1,
      reserved: decision.cost?.high ?? 0,
      ...fields,
    });
  }

  settled(run: Entry<"started">, fields: Partial<Entry<"settled">> = {}): Entry<"settled"> {
    return this.#add({
      ...this.#base(),
      ...asOf(run),
      kind: "settled",
      runId: run.runId,
      decisionId: run.decisionId,
      outcome: "succeeded",
      failure: null,
      actual: 13_120_000,
      stranded: 0,
      estimated: 12_400_000,
      seconds: 3_540,
      attempts: 1,
      trainedTokens: 4_200_000,
      adapterVersion: testDigest(this.#next++),
      ...fields,
    });
  }

  evaluated(run: Entry<"settled">, fields: Partial<Entry<"evaluated">> = {}): Entry<"evaluated"> {
    return this.#add({
      ...this.#base(),
      ...asOf(run),
      kind: "evaluated",
      evaluationId: `evaluation-${this.#next++}`,
      runId: run.runId,
      version: run.adapterVersion ?? testDigest(0),
      verdict: "pass",
      metric: "label-accuracy",
      items: 600,
      scores: { base: 0.41, prompt: 0.84, adapter: 0.91 },
      gain: 0.07,
      gainLow: 0.043,
      gainHigh: 0.097,
      ...fields,
    });
  }

  promoted(run: Entry<"settled">, fields: Partial<Entry<"promoted">> = {}): Entry<"promoted"> {
    return this.#add({
      ...this.#base(),
      ...asOf(run),
      kind: "promoted",
      alias: "candidate",
      version: run.adapterVersion ?? testDigest(0),
      previous: null,
      rollback: false,
      reason: "It passed its evaluation.",
      ...fields,
    });
  }

  #base() {
    this.#time += 60_000;
    return {
      schemaVersion: 1 as const,
      id: this.id(),
      at: new Date(this.#time).toISOString(),
      actor: "mara@example.com",
      team: "support",
      useCase: "ticket-triage",
      adapter: "ticket-triage",
    };
  }

  #add<E extends LedgerEntry>(entry: E): E {
    this.entries.push(entry);
    return entry;
  }
}

/** What follows from an entry is about the same team, use case and adapter. */
const asOf = ({ team, useCase, adapter }: LedgerEntry) => ({ team, useCase, adapter });

/**
 * The three outcomes: one job approved, trained, evaluated and promoted to `candidate`; one that the gate refuses; one that
 * the data check refuses.
 */
export function threeOutcomes(): LedgerEntry[] {
  const ledger = new LedgerFixture();
  const approved = ledger.decided({ priceBook: "aws-2026-11" });
  const run = ledger.settled(ledger.started(approved), { stranded: 1_640_000 });
  ledger.evaluated(run);
  ledger.promoted(run);
  ledger.decided({
    adapter: "tone-of-voice",
    useCase: "tone-of-voice",
    verdict: "reject",
    admitted: false,
    codes: ["GainBelowCost", "LowChanceOfWin"],
    summary: "The expected gain is worth 3.10 USD; the run costs up to 42.75 USD.",
    cost: { low: 22_000_000, expected: 31_500_000, high: 42_750_000, stranded: 0 },
    gain: { priorMean: 0.004, mean: 0.004, sd: 0.01 },
    netBenefit: -39_650_000,
    pWin: 0.06,
    priceBook: "aws-2026-11",
  });
  ledger.checkRefused({ adapter: "refund-letters", useCase: "refund-letters" });
  return ledger.entries;
}
