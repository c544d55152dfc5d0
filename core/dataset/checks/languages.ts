import { franc } from "franc-min";
import { formatPercent } from "../../units.ts";
import { finding } from "../finding-codes.ts";
import { createSample } from "../sample.ts";
import { THRESHOLDS } from "../thresholds.ts";
import type { Check } from "./check.ts";

/** Detection costs up to a millisecond a row, and a share of 1 % shows well enough in some hundred rows. */
const SAMPLED_ROWS = 600;
/** Letters a row that are looked at; below 200 letters franc guesses, so shorter rows are left out. */
const CHARACTERS = 600;
const MIN_CHARACTERS = 200;
/** franc's word for "cannot tell". */
const UNDETERMINED = "und";

/** Rows of the sample in another language than most; letters only, since markup and addresses look like any language. */
export function languages(): Check {
  const sample = createSample<{ line: number; text: string }>(SAMPLED_ROWS);
  return {
    add({ digest, line, text }) {
      sample.add(digest, () => ({ line, text: prose(text.slice(0, 4 * CHARACTERS)) }));
    },
    findings() {
      const told = sample.values().flatMap(({ line, text }) => {
        const language = franc(text, { minLength: MIN_CHARACTERS });
        return language === UNDETERMINED ? [] : [{ line, language }];
      });
      const counts = new Map<string, number>();
      for (const { language } of told) counts.set(language, (counts.get(language) ?? 0) + 1);
      const [main] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0] ?? [];
      const foreign = told.filter(({ language }) => language !== main);
      const share = foreign.length / Math.max(1, told.length);
      if (share <= THRESHOLDS.textFaultShare) return [];
      const others = [...counts.keys()].filter((language) => language !== main).sort();
      return [
        finding(
          "MixedLanguages",
          "warning",
          `${foreign.length} of ${told.length} sampled rows (${formatPercent(share, 1)}) look like ${others.slice(0, 8).join(", ")}; most are ${main}`,
          {
            value: share,
            threshold: THRESHOLDS.textFaultShare,
            count: foreign.length,
            lines: foreign
              .map(({ line }) => line)
              .sort((a, b) => a - b)
              .slice(0, 20),
          },
        ),
      ];
    },
  };
}

const prose = (text: string): string =>
  text
    .replace(/<[^<>]{0,200}>|\S*[@/\\_=]\S*/g, " ")
    .replace(/[^\p{L}\p{M}' ]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, CHARACTERS);
