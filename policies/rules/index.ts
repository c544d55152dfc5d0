import { budget } from "./budget.ts";
import { budgetForecast } from "./budget-forecast.ts";
import { chanceOfWin } from "./chance-of-win.ts";
import { cheaperAlternative } from "./cheaper-alternative.ts";
import { dataLeakage } from "./data-leakage.ts";
import { dataQuality } from "./data-quality.ts";
import { deadline } from "./deadline.ts";
import { duplicateRun } from "./duplicate-run.ts";
import { exampleCount } from "./example-count.ts";
import { gainInterval } from "./gain-interval.ts";
import { memoryFit } from "./memory-fit.ts";
import { netBenefitPositive } from "./net-benefit.ts";
import { payback } from "./payback.ts";
import { priceKnown } from "./price-known.ts";
import { promptBaselineMissing } from "./prompt-baseline-missing.ts";
import { promptBaselineStale } from "./prompt-baseline-stale.ts";
import { promptBaselineWeak } from "./prompt-baseline-weak.ts";
import type { Rule } from "./rule.ts";
import { runCap } from "./run-cap.ts";
import { splitShape } from "./split-shape.ts";
import { taskStability } from "./task-stability.ts";
import { testPower } from "./test-power.ts";

/** All are evaluated, in this order: preconditions, price, budget, value, risk. */
export const RULES: readonly Rule[] = [
  duplicateRun,
  promptBaselineMissing,
  promptBaselineStale,
  promptBaselineWeak,
  exampleCount,
  dataQuality,
  dataLeakage,
  splitShape,
  memoryFit,
  deadline,
  priceKnown,
  budget,
  budgetForecast,
  runCap,
  netBenefitPositive,
  testPower,
  taskStability,
  chanceOfWin,
  gainInterval,
  payback,
  cheaperAlternative,
];
