/** The part of jStat 1.9 that the kit uses; the package ships no types. */
declare module "jstat" {
  interface Normal {
    pdf(x: number, mean: number, sd: number): number;
    cdf(x: number, mean: number, sd: number): number;
    inv(p: number, mean: number, sd: number): number;
  }
  interface StudentT {
    cdf(x: number, df: number): number;
    inv(p: number, df: number): number;
  }
  const jstat: { normal: Normal; studentt: StudentT };
  export default jstat;
}
