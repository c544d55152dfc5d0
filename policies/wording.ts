import { formatUsd, type MicroUsd } from "../core/units.ts";

/** Words for numbers that core/units.ts does not have: `12,500`, `1 test row`, `21 months`. */
export const count = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");

export const plural = (value: number, one: string, many: string): string =>
  `${count(value)} ${Math.round(value) === 1 ? one : many}`;

/** At most one decimal: `2.5 retrains`, `1 retrain`. */
export const about = (value: number, one: string, many: string): string => {
  const shown = Number(value.toFixed(1));
  return `${shown} ${shown === 1 ? one : many}`;
};

export const months = (value: number): string => about(value, "month", "months");

/** The day of an instant: `2026-12-01`. */
export const day = (instant: string): string => instant.slice(0, 10);

export const usd = (micro: MicroUsd): string => formatUsd(Math.round(micro));
