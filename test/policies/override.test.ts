import { describe, expect, it } from "vitest";
import { decide } from "../../policies/gate.ts";
import { type GateFactsOverrides, gateFacts } from "../support/gate-facts.ts";
import { unpriced } from "../support/judged.ts";

/** A refusal that an approver may lift: the run is above the cap of one run. */
const refused: GateFactsOverrides = { policy: { runCap: 10_000_000 } };
const decideWith = (override: GateFactsOverrides["override"], more: GateFactsOverrides = refused) =>
  decide(gateFacts({ ...more, override: override ?? null }));
const reason = (decision: ReturnType<typeof decide>, code: string) =>
  decision.reasons.find((one) => one.code === code);

describe("an override", () => {
  it("lets the run start and leaves the verdict and its reasons standing", () => {
    const decision = decideWith({});
    expect(decision).toMatchObject({
      verdict: "reject",
      admitted: true,
      caps: { maxMicroUsd: 12_400_000 },
      override: { approver: "cfo@example.com" },
    });
    expect(reason(decision, "RunCapExceeded")?.severity).toBe("blocking");
    expect(reason(decision, "OverrideApproved")).toMatchObject({
      severity: "info",
      message:
        'cfo@example.com lets ada@example.com run this all the same until 2026-11-27: "needed for the launch in December".',
      fix: "the override is in the ledger",
    });
  });

  it("expires to the minute", () => {
    expect(decideWith({ expiresAt: "2026-11-24T09:30:00.001Z" }).admitted).toBe(true);
    const decision = decideWith({ expiresAt: "2026-11-24T09:30:00.000Z" });
    expect(decision).toMatchObject({ verdict: "reject", admitted: false });
    expect(reason(decision, "OverrideExpired")).toMatchObject({
      severity: "blocking",
      message: "The override by cfo@example.com expired on 2026-11-24.",
      fix: "ask for a new one",
    });
  });

  it.each([
    [
      "by the requester",
      { approver: "ada@example.com" },
      "ada@example.com asked for this run and cannot approve it as well.",
      "an approver other than the requester must give it",
    ],
    [
      "of another job",
      { jobDigest: "8".repeat(64) },
      "The override is for job 888888888888, this is job 111111111111.",
      "ask for an override of this job; any change to a job makes it another",
    ],
    [
      "of more than seven days",
      { issuedAt: "2026-11-20T08:59:59.999Z" },
      "The override runs from 2026-11-20 to 2026-11-27; it must have begun and last at most 7 days.",
      "issue it for at most 7 days",
    ],
    [
      "that has not begun",
      { issuedAt: "2026-11-25T09:00:00.000Z" },
      "The override runs from 2026-11-25 to 2026-11-27; it must have begun and last at most 7 days.",
      "issue it for at most 7 days",
    ],
  ])("%s is invalid", (_, override, message, fix) => {
    const decision = decideWith(override);
    expect(decision).toMatchObject({ verdict: "reject", admitted: false, caps: null });
    expect(reason(decision, "OverrideInvalid")).toMatchObject({
      severity: "blocking",
      message,
      fix,
    });
  });

  it.each([
    ["DataLeakage", { dataset: { leaked: 1 } }],
    ["SplitInvalid", { dataset: { validation: 0 } }],
    ["DataQuality", { dataset: { audit: { sampled: 10, correct: 1 } } }],
    ["PriceUnknown", { estimate: unpriced("PriceUnknown") }],
    ["PriceStale", { estimate: unpriced("PriceStale") }],
    ["SpotUnavailable", { estimate: unpriced("SpotUnavailable") }],
    [
      "DoesNotFitMemory",
      { estimate: { ...unpriced("DoesNotFitMemory"), cost: gateFacts().estimate.cost } },
    ],
  ] as const)("cannot lift %s", (code, facts) => {
    const decision = decideWith({}, facts as GateFactsOverrides);
    expect(decision.admitted).toBe(false);
    expect(reason(decision, "OverrideInvalid")).toMatchObject({
      message: `No override lifts ${code}: such a run has no price, no memory or no meaningful test.`,
      fix: "remove that cause first",
    });
  });

  it("that fails does not turn a deferral into a rejection", () => {
    const decision = decideWith({}, { estimate: unpriced("PriceStale") });
    expect(decision.verdict).toBe("defer");
  });

  it("is passed over in silence where the run needs none", () => {
    const decision = decideWith({ approver: "ada@example.com" }, {});
    expect(decision).toMatchObject({ verdict: "approve", admitted: true });
    expect(decision.reasons.filter(({ code }) => code.startsWith("Override"))).toEqual([]);
  });
});
