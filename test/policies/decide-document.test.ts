import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { decideDocument } from "../../policies/decide-document.ts";
import { decide } from "../../policies/gate.ts";
import { gateFacts } from "../support/gate-facts.ts";

describe("decideDocument", () => {
  const facts = gateFacts();
  const decision = decide(facts);

  it.each([
    ["JSON", JSON.stringify],
    ["YAML", stringify],
  ])("decides facts in %s", (_, write) => {
    expect(decideDocument(write(facts), "facts")).toEqual({ decision });
  });

  it("decides a stored decision again and finds it equal", () => {
    expect(
      decideDocument(JSON.stringify({ schemaVersion: 1, facts, decision }), "decision.json"),
    ).toEqual({
      decision,
      stored: decision,
      differences: [],
    });
  });

  it("finds a decision that was tampered with", () => {
    const forged = { ...decision, verdict: "reject", approvedBy: "me" };
    const result = decideDocument(
      JSON.stringify({ schemaVersion: 1, facts, decision: forged }),
      "decision.json",
    );
    expect(result.differences).toEqual(["approvedBy", "verdict"]);
    expect(result.decision.verdict).toBe("approve");
  });

  it("cannot decide a decision without its facts", () => {
    expect(() => decideDocument(JSON.stringify(decision), "decision.json")).toThrow(
      expect.objectContaining({
        code: "FactsMissing",
        fix: "name the run's decision.json, which holds both",
      }),
    );
  });

  it("refuses an unknown key, a wrong mode and a missing number, all at once, with their place", () => {
    const { now: _, ...rest } = facts;
    const text = JSON.stringify({ ...rest, mode: "enforced", budgett: null }, null, 1);
    const error = (() => {
      try {
        return decideDocument(text, "facts.json");
      } catch (thrown) {
        return thrown as { problems: unknown[] };
      }
    })();
    expect(error).toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ code: "UnknownKey", fix: 'did you mean "budget"?' }),
        expect.objectContaining({
          code: "WrongValue",
          path: "mode",
          file: "facts.json",
          fix: 'did you mean "enforce"? allowed: observe, warn, enforce',
        }),
        expect.objectContaining({ code: "MissingKey", path: "now" }),
      ]),
    });
  });
});
