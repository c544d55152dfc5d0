/** One item of the frozen test split, as scoring needs it. */
export interface TestItem {
  id: string;
  /** The right answer. */
  expected: string;
  /** Near-duplicate cluster or group that the item belongs to; its own id when it stands alone. */
  cluster: string;
}
