import { stripVTControlCharacters } from "node:util";
import type { Io } from "../../cli/io.ts";

export interface FakeIo extends Io {
  /** Everything printed so far, without colours. */
  readonly printed: { out: string; err: string };
}

/** An Io without a terminal that keeps what is printed; its clock stands still. */
export function fakeIo(overrides: Partial<Io> = {}): FakeIo {
  const printed = { out: "", err: "" };
  return {
    out: (text) => {
      printed.out += `${stripVTControlCharacters(text)}\n`;
    },
    err: (text) => {
      printed.err += `${stripVTControlCharacters(text)}\n`;
    },
    interactive: false,
    canAsk: false,
    cwd: "/nowhere",
    env: {},
    now: () => new Date("2026-11-24T09:30:00.000Z"),
    signal: new AbortController().signal,
    printed,
    ...overrides,
  };
}
