import type { LedgerEntry } from "../../core/spec/ledger.ts";
import { ledgerId } from "../../sdk/ledger/ledger-id.ts";

export type Settled = Extract<LedgerEntry, { kind: "settled" }>;

const RUN = "01JD0000000000000000000000";

/** The settlement of a run that cost 0.42 USD, at an instant. */
export function settled(at: string, over: Partial<Settled> = {}): Settled {
  const runId = over.runId ?? RUN;
  return {
    schemaVersion: 1,
    id: ledgerId(at, "settled", runId),
    at,
    actor: "ana",
    team: "support",
    useCase: "mail-triage",
    adapter: "mail-triage",
    kind: "settled",
    runId,
    decisionId: "01JD0000000000000000000001",
    outcome: "succeeded",
    failure: null,
    actual: 420_000,
    stranded: 0,
    estimated: 400_000,
    seconds: 120.5,
    attempts: 1,
    trainedTokens: 10_000,
    adapterVersion: null,
    ...over,
  };
}
