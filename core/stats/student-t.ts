import jstat from "jstat";
import { normalCdf, normalQuantile } from "./normal.ts";

/**
 * Student's t with `df` degrees of freedom; `null` is the normal, its limit. Accurate to 5e-8, which is far below what any
 * reader of a decision sees.
 */
export const studentCdf = (x: number, df: number | null): number =>
  df === null ? normalCdf(x) : jstat.studentt.cdf(x, df);

/** The t below which a share `p` lies: (0.8, 10) → 0.87906, (0.8, null) → 0.84162. */
export const studentQuantile = (p: number, df: number | null): number =>
  df === null ? normalQuantile(p) : jstat.studentt.inv(p, df);
