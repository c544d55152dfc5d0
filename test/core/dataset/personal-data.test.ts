import { describe, expect, it } from "vitest";
import { holds, type PersonalData } from "../../../core/dataset/personal-data.ts";

// Numbers from the standards' own examples: Visa and Mastercard test cards, the IBAN registry, RFC 5737, RFC 3849.
const yes: [PersonalData, string][] = [
  ["email", "write to mia.smith+news@mail.example.com, please"],
  ["email", "@ nothing @@ but a@b.example.org"],
  ["phone", "call +49 30 901820 today"],
  ["phone", "call (617) 253-1000 today"],
  ["phone", "1-800-275-2273"],
  ["ip", "from 203.0.113.9:"],
  ["ip", "from 2001:db8:0:0:0:0:0:1 on"],
  ["card", "card 4111 1111 1111 1111, 12/29"],
  ["card", "5555555555554444"],
  ["iban", "to GB82 WEST 1234 5698 7654 32 by Friday"],
  ["iban", "DE89370400440532013000"],
  ["id-number", "SSN 219-09-9999"],
];

const no: [PersonalData, string][] = [
  ["email", "meet @ noon, or @home; a@b and user@localhost are none"],
  ["phone", "order 4711-0815, 2024-11-24, 12:30"],
  ["phone", "555-1234"],
  ["phone", "+1 000 000 0000"],
  ["ip", "version 1.2.3.4 and 127.0.0.1 and 999.1.1.1"],
  ["ip", "at 12:30:45"],
  ["card", "4111 1111 1111 1112"],
  ["card", "id=4111111111111111"],
  ["iban", "GB82 WEST 1234 5698 7654 33"],
  ["id-number", "000-12-3456, 666-12-3456, 912-12-3456, 219-00-9999, 219-09-0000"],
  ["id-number", "x219-09-9999"],
];

describe("personal data", () => {
  it.each(yes)("finds an %s in %j", (kind, text) => {
    expect(holds[kind](text)).toBe(true);
  });

  it.each(no)("finds no %s in %j", (kind, text) => {
    expect(holds[kind](text)).toBe(false);
  });

  it.each(Object.keys(holds) as PersonalData[])("looks for %s in linear time", (kind) => {
    // a pattern that tries again from every place would take hours for a million characters
    for (const text of ["a", "1", "1 ", "a@", "1.", "A1", "a:", "(1) "].map((part) =>
      part.repeat(1e6 / part.length),
    )) {
      expect(typeof holds[kind](text)).toBe("boolean");
    }
  });
});
