import { InputError } from "../core/errors.ts";

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

export interface Period {
  /** Calendar month in UTC: `"2026-11"`. */
  id: string;
  /** `"November 2026"`. */
  label: string;
  start: string;
  /** Exclusive. */
  end: string;
  /** When the report was made; it sees nothing later. */
  now: string;
  /** Money is as of this instant: `now`, or the end of the month when that is earlier. */
  asOf: string;
}

/** @throws InputError `WrongPeriod`, `WrongInstant`, `PeriodNotBegun`. */
export function parsePeriod(id: string, now: string): Period {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(id);
  if (!match) {
    throw new InputError("WrongPeriod", `"${id}" is no calendar month.`, {
      path: "period",
      fix: 'Write year and month, such as "2026-11".',
    });
  }
  const instant = Date.parse(now);
  if (Number.isNaN(instant)) {
    throw new InputError("WrongInstant", `"${now}" is no instant.`, {
      path: "now",
      fix: 'Write it in UTC, such as "2026-11-24T09:30:00.000Z".',
    });
  }
  const [year, month] = [Number(match[1]), Number(match[2])];
  const [start, end] = [Date.UTC(year, month - 1), Date.UTC(year, month)];
  if (instant < start) {
    throw new InputError("PeriodNotBegun", `${id} has not begun at ${now}.`, {
      path: "period",
      fix: "Ask for the current month or an earlier one.",
    });
  }
  const iso = (time: number) => new Date(time).toISOString();
  return {
    id,
    label: `${MONTHS[month - 1]} ${year}`,
    start: iso(start),
    end: iso(end),
    now: iso(instant),
    asOf: iso(Math.min(instant, end)),
  };
}
