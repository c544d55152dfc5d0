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

export const WIDTH = 740;

/** Height of one row: its name, and the mark below. */
export const ROW_HEIGHT = 46;

/**
 * A row's name stands above its mark, from the left edge: no margin to guess, so no name is cut that the page could hold.
 * Without a canvas nothing can measure text.
 */
export const rowName = (y: object) => ({
  mark: {
    type: "text" as const,
    align: "left" as const,
    baseline: "bottom" as const,
    dy: -12,
    fontSize: 12.5,
    limit: 1.6 * WIDTH, // the drawing library takes a letter to be 0.8 em wide; it is about half an em
    color: COLOURS.ink,
  },
  encoding: { y, x: { value: 0 }, text: { field: "label", type: "nominal" as const } },
});
