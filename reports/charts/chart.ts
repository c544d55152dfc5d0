/** A figure without script: one SVG string, the words that describe it, and how to read its marks. */
export interface Chart {
  id: string;
  title: string;
  /** What it shows, in a sentence, for who cannot see it. */
  description: string;
  /** What each mark means. */
  key: readonly { mark: Mark; means: string }[];
  svg: string;
}

export type Mark = "interval" | "expected" | "actual" | "outside" | "admitted" | "blocked";

/**
 * Colours are CSS variables of the page, so one SVG follows light and dark. Every difference in colour is also one in shape
 * or in words. The hues are those of Okabe and Ito's palette, told apart under every common colour blindness
 * (https://jfly.uni-koeln.de/color/).
 */
export const COLOURS = {
  ink: "var(--ink)",
  muted: "var(--muted)",
  line: "var(--line)",
  interval: "var(--interval)",
  admitted: "var(--blue)",
  actual: "var(--blue)",
  outside: "var(--orange)",
  blocked: "var(--orange)",
} as const;

/** More rows than this make a figure that nobody reads; the table below it has them all. */
export const MAX_ROWS = 30;

export const WIDTH = 640;
