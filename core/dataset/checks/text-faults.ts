import type { FindingCode } from "../finding-codes.ts";
import { THRESHOLDS } from "../thresholds.ts";
import type { Check } from "./check.ts";
import { flaggedRows } from "./flagged-rows.ts";

/** C0 and C1 controls but tab, line feed and carriage return; and DEL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** UTF-8 read as Windows-1252 or Latin-1 (Ã¼, â€™, Â followed by a no-break sign), or the replacement character. */
const MOJIBAKE = /[ÃÂ][\u0080-\u00bf]|â[\u0080€][\u0080-\u00bf\u2018-\u2122œž]|ï»¿|\ufffd/;

/** Tags and entities that only HTML has; `a < b` and `List<String>` are none. */
const HTML =
  /<\/?(?:html|head|body|div|span|p|br|table|tr|td|th|font|a|img|b|i|u|ul|ol|li|h[1-6]|center|meta|style|script)(?:\s[^<>]*)?\/?>|&(?:nbsp|amp|lt|gt|quot|#\d{2,5});/i;

const warnAbove = (threshold: number) => (share: number) =>
  share > threshold ? ("warning" as const) : ("info" as const);

const patterns: [FindingCode, RegExp][] = [
  ["ControlCharacters", CONTROL],
  ["Mojibake", MOJIBAKE],
  ["HtmlRemains", HTML],
];

export const textFaults = (): Check[] =>
  patterns.map(([code, pattern]) =>
    flaggedRows(
      code,
      ({ text }) => pattern.test(text),
      warnAbove(THRESHOLDS.textFaultShare),
      THRESHOLDS.textFaultShare,
    ),
  );
