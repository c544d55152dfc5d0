import { formatPercent } from "../../units.ts";
import { finding } from "../finding-codes.ts";
import { createSample } from "../sample.ts";
import { THRESHOLDS } from "../thresholds.ts";
import type { Check } from "./check.ts";

/** Distinct-n falls with the amount of text, so it is taken over a sample of equal size: rows, and words a row. */
const SAMPLED_ROWS = 1000;
const SAMPLED_WORDS = 100;

export interface AnswerFacts {
  /** Different words / words, and different neighbours / neighbours, of the inputs of up to 1,000 sampled rows. */
  distinct1: number;
  distinct2: number;
  /** Share of the most frequent answer. */
  largestOutputShare: number;
  /** Shannon entropy of the answers. */
  labelEntropyBits: number;
}

export interface Answers extends Check {
  facts(): AnswerFacts;
  /** Whether answers are labels: at most one different answer in ten rows. */
  areLabels(): boolean;
}

/** How varied the inputs are and how the answers are spread. */
export function answers(): Answers {
  const counts = new Map<string, { count: number; line: number }>();
  const sample = createSample<string>(SAMPLED_ROWS);
  let rows = 0;

  const largest = () => {
    let top = { count: 0, line: 0 };
    for (const entry of counts.values()) if (entry.count > top.count) top = entry;
    return top;
  };
  return {
    add({ answerKey, words, digest, line }) {
      rows += 1;
      // joined, because a slice of words would keep the whole text alive
      sample.add(digest, () => words.slice(0, SAMPLED_WORDS).join(" "));
      const entry = counts.get(answerKey);
      if (entry) entry.count += 1;
      else counts.set(answerKey, { count: 1, line });
    },
    areLabels: () => counts.size <= THRESHOLDS.labelShare * rows,
    facts() {
      let entropy = 0;
      for (const { count } of counts.values()) entropy -= (count / rows) * Math.log2(count / rows);
      const texts = sample.values().map((text) => text.split(" "));
      return {
        distinct1: distinctShare(texts.flat()),
        distinct2: distinctShare(
          texts.flatMap((words) => words.slice(1).map((word, at) => `${words[at]} ${word}`)),
        ),
        largestOutputShare: rows === 0 ? 0 : largest().count / rows,
        labelEntropyBits: Math.max(0, entropy),
      };
    },
    findings() {
      const { count, line } = largest();
      const share = count / Math.max(1, rows);
      if (share <= THRESHOLDS.dominantAnswerShare) return [];
      const message = `${count} of ${rows} rows (${formatPercent(share, 1)}) have the same answer, first on line ${line}`;
      return [
        finding("DominantAnswer", "blocking", message, {
          value: share,
          threshold: THRESHOLDS.dominantAnswerShare,
          count,
          lines: [line],
        }),
      ];
    },
  };
}

const distinctShare = (items: readonly string[]): number =>
  items.length === 0 ? 0 : new Set(items).size / items.length;
