/** Composed Unicode, white space trimmed and every run of it one space. Case and punctuation count. */
export const normaliseAnswer = (text: string): string =>
  text.normalize("NFC").replace(/\s+/g, " ").trim();

/** 1 when both texts are the same after normalisation, else 0. */
export const exactMatch = (expected: string, answer: string): number =>
  normaliseAnswer(expected) === normaliseAnswer(answer) ? 1 : 0;
