import pc from "picocolors";
import type { Estimate } from "../core/estimate/estimate.ts";
import { warningsOf } from "../core/estimate/preference.ts";
import { formatBytes } from "../core/units.ts";

/** What stands against the chosen placement, each with its fix: for the head of what `estimate` and `plan` print. */
export const warningRows = (estimate: Estimate): [string, string][] =>
  warningsOf(estimate).flatMap(({ code, message, fix }): [string, string][] => [
    ["BUT", pc.yellow(`${code}: ${message}`)],
    ["  fix", fix],
  ]);

/** What the run trains and leaves behind. */
export const adapterRow = ({ loraParameters, adapterBytes }: Estimate): [string, string] => [
  "adapter",
  `${loraParameters.toLocaleString("en")} trainable parameters, ${formatBytes(adapterBytes)} as a file`,
];
