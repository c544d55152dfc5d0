import { formatBytes, GiB } from "../../core/units.ts";
import { judge } from "../judgement.ts";
import type { Rule } from "./rule.ts";

/** A job that does not fit dies after its compute is paid; one that may not fit is worth a word. */
export const memoryFit: Rule = ({ facts }) => {
  const { memory, placement, unknowns } = facts.estimate;
  const unknown = unknowns.find(({ code }) => code === "DoesNotFitMemory");
  if (memory.fit === "fits" && unknown === undefined) return [];
  const numbers = { value: memory.high / GiB, threshold: memory.usableBytes / GiB };
  const needs = `The job needs ${formatBytes(memory.expected)} (up to ${formatBytes(memory.high)}) of the ${formatBytes(memory.usableBytes)} usable on ${placement.tier}`;
  if (memory.fit === "borderline" && unknown === undefined) {
    return [
      judge("DoesNotFitMemory", "warning", {
        message: `${needs}: it may run out of memory.`,
        ...numbers,
        fix: "make the cheapest change that `tunekit estimate` names, or take one of the alternatives listed",
      }),
    ];
  }
  const fitting = facts.alternatives.filter(({ estimate }) => estimate.memory.fit === "fits");
  return [
    judge("DoesNotFitMemory", "reject", {
      message: unknown?.message ?? `${needs}: it does not fit.`,
      ...numbers,
      fix:
        fitting.length > 0
          ? `take one that fits: ${fitting.map(({ label }) => label).join("; ")}`
          : (unknown?.fix ?? "use a smaller batch, shorter examples, qlora or a larger tier"),
    }),
  ];
};
