/**
 * The text rules. Two texts are the *same* when their plain forms are equal, and *near* when their words' shingles
 * overlap. Plain text keeps digits, since 12 + 7 is another question than 13 + 8 and dropping either loses an example;
 * words fold them, since two orders that differ in their number alone must not stand on both sides of a split.
 */

/** NFKC, lower case, every run of white space one space. */
export const plainText = (text: string): string =>
  text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

const OTHER = 0;
const LETTER = 1;
/** Scripts without spaces: every character counts as a word. */
const IDEOGRAPH = 2;

/** Kind of every code unit. Surrogates count as letters, so that rare scripts and emoji are words too. */
const kinds = Uint8Array.from({ length: 0x10000 }, (_, unit) => {
  if (unit >= 0xd800 && unit <= 0xdfff) return LETTER;
  const character = String.fromCharCode(unit);
  if (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u.test(character)) return IDEOGRAPH;
  return /[\p{L}\p{M}\p{N}]/u.test(character) ? LETTER : OTHER;
});

/** Words in order: NFKC, lower case, every run of digits "0", everything but letters and digits a border. */
export function wordsOf(text: string): string[] {
  const folded = text.normalize("NFKC").toLowerCase().replace(/\d+/g, "0");
  const words: string[] = [];
  let start = -1;
  for (let at = 0; at < folded.length; at++) {
    const kind = kinds[folded.charCodeAt(at)];
    if (kind === LETTER) {
      if (start < 0) start = at;
      continue;
    }
    if (start >= 0) words.push(folded.slice(start, at));
    start = -1;
    if (kind === IDEOGRAPH) words.push(folded.charAt(at));
  }
  if (start >= 0) words.push(folded.slice(start));
  return words;
}
