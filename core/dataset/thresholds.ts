/** Where a share or a count turns into a finding. Every number has its reason; change it here and nowhere else. */
export const THRESHOLDS = {
  /** Rows left after exact duplicates are dropped. OpenAI's guide starts at 50 and sees improvements at 50 to 100. */
  tooFewRows: 50,
  veryFewRows: 100,
  /** Typical supervised sets hold 500 to 2,000 rows; below that an 80/10/10 split leaves fewer than 50 test items. */
  fewRows: 500,
  /** More broken rows than one in 200 means that the export is broken, not the row. */
  invalidShare: 0.005,
  exactDuplicateShare: 0.02,
  nearDuplicateShare: 0.1,
  /** A cluster never straddles splits, so one that is larger than a test split of 10 % spoils the ratios. */
  largestClusterShare: 0.1,
  /** Inputs with two answers, of all inputs: above it no model can be right, and the score's ceiling falls with it. */
  contradictionShare: 0.02,
  /** Near-equal inputs whose labels differ are worth a look from this Jaccard similarity on. */
  contradictionSimilarity: 0.9,
  /** So many such pairs are looked for; nobody mends more by hand. */
  tornPairs: 1000,
  /** Answers that are labels: at most one different answer in ten rows. */
  labelShare: 0.1,
  /** Rows whose answer is cut away wholly: TRL drops them without a word. */
  answerCutShare: 0.01,
  truncatedShare: 0.05,
  /** One answer this common is right too often by being repeated. */
  dominantAnswerShare: 0.6,
  clusterRatio: 0.5,
  /** Control characters, broken encodings, markup, foreign languages: one in a hundred is noise, more is a habit. */
  textFaultShare: 0.01,
  /** Fewer items prove only gains of 23 points and more (exact McNemar, 80 % power, 5 % broken). */
  splitItems: 50,
} as const;
