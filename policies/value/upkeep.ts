import type { GateFacts } from "../../core/spec/gate-facts.ts";

/** Retrains expected over the horizon. */
export const expectedRetrains = ({ changesPerYear, horizonMonths }: GateFacts["useCase"]): number =>
  (changesPerYear * horizonMonths) / 12;
