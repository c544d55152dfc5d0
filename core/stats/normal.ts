import jstat from "jstat";

/** The standard normal distribution. */
export const normalPdf = (x: number): number => jstat.normal.pdf(x, 0, 1);
export const normalCdf = (x: number): number => jstat.normal.cdf(x, 0, 1);

/** The z below which a share `p` of the distribution lies: 0.975 → 1.95996. */
export const normalQuantile = (p: number): number => jstat.normal.inv(p, 0, 1);
