import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ulid } from "../../../core/spec/fields.ts";
import { isUlid, ledgerId, timeOfId } from "../../../sdk/ledger/ledger-id.ts";

const AT = "2026-11-24T09:30:00.000Z";
const instant = fc
  .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());

describe("ledgerId", () => {
  it("is a golden ULID: five bits of each of the first sixteen bytes of sha256", () => {
    // python: h = hashlib.sha256(b"settled\nrun-1").digest(); "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[b >> 3] for b in h[:16])
    expect(ledgerId(AT, "settled", "run-1")).toBe("01M86E81E02PYZ36T8BV9AQQE8");
  });

  it("is a ULID with the instant's time, the same each time", () => {
    fc.assert(
      fc.property(instant, fc.string(), fc.string(), (at, kind, subject) => {
        const id = ledgerId(at, kind, subject);
        expect(Ulid.safeParse(id).success).toBe(true);
        expect(timeOfId(id)).toBe(Date.parse(at));
        expect(ledgerId(at, kind, subject)).toBe(id);
      }),
    );
  });

  it("differs with kind, subject and instant", () => {
    const ids = [
      ledgerId(AT, "settled", "run-1"),
      ledgerId(AT, "started", "run-1"),
      ledgerId(AT, "settled", "run-2"),
      ledgerId("2026-11-24T09:30:00.001Z", "settled", "run-1"),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it("tells ids from other names", () => {
    expect(isUlid(ledgerId(AT, "settled", "run-1"))).toBe(true);
    expect(isUlid("notes")).toBe(false);
    expect(isUlid(ledgerId(AT, "settled", "run-1").toLowerCase())).toBe(false);
  });
});
