/** Fits the constants of the estimate to the published runs of the catalog: `node bench/fit.ts`. */
import { MEASUREMENTS } from "../core/catalog/measurements.ts";
import { fitMemory, fitSpeed } from "./score/fit-constants.ts";

const rounded = (_: string, value: unknown): unknown =>
  typeof value === "number" ? Number(value.toPrecision(3)) : value;

console.log(
  JSON.stringify({ memory: fitMemory(MEASUREMENTS), speed: fitSpeed(MEASUREMENTS) }, rounded, 2),
);
