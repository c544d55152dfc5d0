import type { Message } from "../../spec/dataset.ts";
import { formatPercent } from "../../units.ts";
import { finding } from "../finding-codes.ts";
import { createPlaces } from "../places.ts";
import { THRESHOLDS } from "../thresholds.ts";
import type { Check } from "./check.ts";

/** Counts tokens as training will see them: the base model's tokenizer behind its chat template. */
export interface TokenCounter {
  /** For people: the folder or model it was loaded from. */
  name: string;
  /** A reason when the template refuses the chat. */
  count(messages: readonly Message[]): TokenCount | { refused: string };
}

export interface TokenCount {
  total: number;
  /** Up to where the answer begins; counted only when asked, since it is needed for long rows alone. */
  prompt: () => number;
}

export interface TokenLengths extends Check {
  /** Tokens of each valid row in the order of the file; 0 for a refused one. */
  readonly totals: readonly number[];
}

/**
 * @param maxTokens the length limit of training (`training.maxLength`); null when no job names one: then rows are counted,
 * not judged. A longer row loses its end, and the end is the answer.
 */
export function tokenLengths(counter: TokenCounter, maxTokens: number | null): TokenLengths {
  const totals: number[] = [];
  const [refused, cut, truncated] = [createPlaces(), createPlaces(), createPlaces()];
  let reason = "";
  return {
    totals,
    add({ messages, line }) {
      const counted = counter.count(messages);
      if ("refused" in counted) {
        reason ||= counted.refused;
        refused.add(line);
        totals.push(0);
        return;
      }
      totals.push(counted.total);
      if (maxTokens === null || counted.total <= maxTokens) return;
      truncated.add(line);
      if (counted.prompt() >= maxTokens) cut.add(line);
    },
    findings(rows) {
      const share = (count: number): string =>
        `${count} of ${rows} rows (${formatPercent(count / rows, 1)})`;
      const facts = ({ count, lines }: typeof cut, threshold: number) => ({
        value: count / rows,
        threshold,
        count,
        lines,
      });
      const found = [];
      if (refused.count > 0) {
        const message = `The chat template of ${counter.name} refuses ${share(refused.count)}: ${reason}`;
        found.push(finding("TemplateRefused", "blocking", message, facts(refused, 0)));
      }
      if (cut.count > 0) {
        const over = cut.count / rows > THRESHOLDS.answerCutShare;
        const message = `The question alone fills ${maxTokens} tokens, so that nothing of the answer is left, in ${share(cut.count)}`;
        found.push(
          finding("AnswerCutAway", over ? "blocking" : "warning", message, {
            ...facts(cut, THRESHOLDS.answerCutShare),
          }),
        );
      }
      if (truncated.count > 0) {
        const over = truncated.count / rows > THRESHOLDS.truncatedShare;
        const message = `Longer than ${maxTokens} tokens: ${share(truncated.count)}`;
        found.push(
          finding("RowsTruncated", over ? "warning" : "info", message, {
            ...facts(truncated, THRESHOLDS.truncatedShare),
          }),
        );
      }
      return found;
    },
  };
}
