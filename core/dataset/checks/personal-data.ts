import type { FindingCode } from "../finding-codes.ts";
import { holds, PERSONAL_DATA, type PersonalData } from "../personal-data.ts";
import type { Check } from "./check.ts";
import { flaggedRows } from "./flagged-rows.ts";

/** What harms a person when a model repeats it blocks; what merely identifies one warns. */
const CODES: Record<PersonalData, [FindingCode, "blocking" | "warning"]> = {
  card: ["PaymentCard", "blocking"],
  iban: ["BankAccount", "blocking"],
  "id-number": ["IdNumber", "blocking"],
  email: ["EmailAddress", "warning"],
  phone: ["PhoneNumber", "warning"],
  ip: ["IpAddress", "warning"],
};

export const personalData = (): Check[] =>
  PERSONAL_DATA.map((kind) => {
    const [code, severity] = CODES[kind];
    return flaggedRows(
      code,
      ({ text }) => holds[kind](text),
      () => severity,
    );
  });
