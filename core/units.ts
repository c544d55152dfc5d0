/**
 * Units. Money is integer micro-USD, memory is bytes, time is seconds; words such as "12.40 USD" or "24 GiB" exist only
 * at the edge, and are made and read here.
 */

/** Integer millionths of a US dollar. Safe to 9 billion USD. */
export type MicroUsd = number;
/** Integer bytes. */
export type Bytes = number;
export type Seconds = number;
/** Tokens per second. */
export type TokensPerSecond = number;

/** A figure with its stated 80 % interval: 10 % of outcomes below `low`, 10 % above `high`. */
export interface Range {
  low: number;
  expected: number;
  high: number;
}

const MICRO = 1_000_000;

/**
 * Exact micro-USD of a decimal string, such as a price-book row `"21.957642"`.
 * @throws RangeError on anything that is not a plain decimal with at most six places.
 */
export function parseUsd(text: string): MicroUsd {
  const match = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (!match) throw new RangeError(`not a USD amount with at most six decimals: "${text}"`);
  const micro = Number(match[2]) * MICRO + Number((match[3] ?? "").padEnd(6, "0"));
  if (!Number.isSafeInteger(micro)) throw new RangeError(`USD amount out of range: "${text}"`);
  return match[1] && micro !== 0 ? -micro : micro;
}

/** Nearest micro-USD of a computed USD amount. Round once per line, never per share. */
export function microUsd(usd: number): MicroUsd {
  const micro = Math.round(usd * MICRO);
  if (!Number.isSafeInteger(micro)) throw new RangeError(`USD amount out of range: ${usd}`);
  return micro === 0 ? 0 : micro;
}

export const toUsd = (micro: MicroUsd): number => micro / MICRO;

/** Exact decimal with six places, for files that machines read: `"21.957642"`. */
export function usdDecimal(micro: MicroUsd): string {
  const digits = String(Math.abs(micro)).padStart(7, "0");
  return `${micro < 0 ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** For people: two decimals from a cent up, and enough places to stay non-zero below: `12.40 USD`, `0.000312 USD`. */
export function formatUsd(micro: MicroUsd): string {
  const size = Math.abs(micro);
  const places = size === 0 || size >= 10_000 ? 2 : size >= 100 ? 4 : 6;
  const [whole, fraction] = (size / MICRO).toFixed(places).split(".") as [string, string];
  return `${micro < 0 ? "-" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction} USD`;
}

export const GiB = 2 ** 30;
export const GB = 1e9;

/** Binary units, as GPUs are sold: `23.6 GiB`. */
export function formatBytes(bytes: Bytes): string {
  for (const [unit, size] of [
    ["GiB", GiB],
    ["MiB", 2 ** 20],
    ["KiB", 2 ** 10],
  ] as const) {
    if (Math.abs(bytes) >= size) return `${(bytes / size).toFixed(1)} ${unit}`;
  }
  return `${bytes} B`;
}

export function formatDuration(seconds: Seconds): string {
  if (seconds < 59.5) return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${(minutes / 60 / 24).toFixed(1)} days`;
}

const DURATION_UNITS: Record<string, Seconds> = { s: 1, min: 60, m: 60, h: 3600, d: 86_400 };

/** Seconds of `"90s"`, `"15 min"`, `"2h"`, `"3d"`; undefined when it is not a duration. */
export function parseDuration(text: string): Seconds | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(s|min|m|h|d)$/.exec(text.trim());
  const unit = match && DURATION_UNITS[match[2] as string];
  return match && unit ? Number(match[1]) * unit : undefined;
}

/** Points of a score between 0 and 1: `4.0 points`. */
export const formatPoints = (fraction: number): string => `${(fraction * 100).toFixed(1)} points`;

export const formatPercent = (fraction: number, places = 0): string =>
  `${(fraction * 100).toFixed(places)} %`;
