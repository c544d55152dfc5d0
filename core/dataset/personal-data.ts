import { isValidPhoneNumber } from "libphonenumber-js";
import validator from "validator";

/**
 * Personal data in a text. Candidates come from bounded patterns, so that the time grows with the text alone; a library then
 * says whether a candidate is one. Names and street addresses are not looked for.
 */
export const PERSONAL_DATA = ["email", "phone", "ip", "card", "iban", "id-number"] as const;
export type PersonalData = (typeof PERSONAL_DATA)[number];

/** `+` and a country code, or ten digits in the North American writing with at least one separator. */
const PHONE =
  /(?<![\w+.-])(?:\+[1-9][\d ().-]{6,18}\d|(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4})(?![\w-])/g;

const IP4 = /(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)/g;
const IP6 = /(?<![\w:.])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}(?![\w:])/gi;

/** Loopback names no one, and what starts with one digit is more often a version, such as 1.2.3.4. */
const NO_ADDRESS = /^(?:127|\d)\./;

/** 13 to 19 digits, alone or in groups; validator checks issuer prefix, length and Luhn's check digit. */
const CARD = /(?<![\w.=/-])\d(?:[ -]?\d){12,18}(?![\w=/-])/g;

const IBAN = /(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\w-])/g;

/** Areas 000, 666 and 9xx, group 00 and serial 0000 were never given out (Social Security Administration). */
const SOCIAL_SECURITY = /(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g;

/** Whether the text holds at least one of its kind. */
export const holds: Record<PersonalData, (text: string) => boolean> = {
  email: holdsEmail,
  // numbers without a country code are read as North American ones
  phone: (text) => holdsOne(text, PHONE, (number) => isValidPhoneNumber(number, "US")),
  ip: (text) =>
    holdsOne(text, IP4, (ip) => validator.isIP(ip, 4) && !NO_ADDRESS.test(ip)) ||
    holdsOne(text, IP6, (ip) => validator.isIP(ip, 6)),
  card: (text) =>
    holdsOne(text, CARD, (digits) => validator.isCreditCard(digits.replace(/[ -]/g, ""))),
  iban: (text) => holdsOne(text, IBAN, (iban) => validator.isIBAN(iban.replace(/ /g, ""))),
  "id-number": (text) => text.search(SOCIAL_SECURITY) >= 0,
};

function holdsOne(text: string, pattern: RegExp, verify: (candidate: string) => boolean): boolean {
  for (const [candidate] of text.matchAll(pattern)) if (verify(candidate)) return true;
  return false;
}

/** RFC 5321: at most 64 characters before the sign and 255 behind it. */
function holdsEmail(text: string): boolean {
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const local = /[\w.+-]+$/.exec(text.slice(Math.max(0, at - 64), at))?.[0];
    const host = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?/i.exec(text.slice(at + 1, at + 256))?.[0];
    if (local && host && validator.isEmail(`${local}@${host}`)) return true;
  }
  return false;
}
