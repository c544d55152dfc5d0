import { describe, expect, it } from "vitest";
import { decide } from "../../policies/gate.ts";
import { replay } from "../../policies/replay.ts";
import { gateFacts } from "../support/gate-facts.ts";

describe("replay", () => {
  const facts = gateFacts();
  const record = decide(facts);

  it("is equal for the record that the facts gave", () => {
    expect(replay(facts, record)).toEqual({ equal: true, decision: record, differences: [] });
  });

  it("names what was changed, added or left out", () => {
    const { admitted: _, ...rest } = { ...record, verdict: "reject", note: "hand-made" };
    expect(replay(facts, rest)).toMatchObject({
      equal: false,
      differences: ["admitted", "note", "verdict"],
    });
  });

  it("names the facts when they are not the ones that were judged", () => {
    const other = gateFacts({ requester: "eve@example.com" });
    expect(replay(other, record).differences).toEqual(["factsDigest", "requester"]);
  });

  it("takes nothing for a record that is none", () => {
    expect(replay(facts, null).equal).toBe(false);
    expect(replay(facts, "approve").equal).toBe(false);
  });
});
