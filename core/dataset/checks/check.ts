import type { Finding } from "../../spec/dataset.ts";
import type { Row } from "../row.ts";

/** One check: sees every valid row once, in the order of the file, and keeps counts, never texts. */
export interface Check {
  add(row: Row): void;
  /** @param rows valid rows seen. */
  findings(rows: number): Finding[];
}
