import type { Command } from "commander";
import type { Io } from "./io.ts";

/** What every verb may be told. */
export interface GlobalOptions {
  json?: boolean;
  store?: string;
  platform?: string;
}

/** Exit codes: 0 done · 1 fault · 2 bad input or usage · 3 refused by the gate. */
export type ExitCode = 0 | 1 | 2 | 3;

/** One verb a file. `configure` adds arguments, options, help with an example, and the action through `run`. */
export interface Verb {
  configure(
    command: Command,
    run: (action: () => Promise<ExitCode>) => Promise<void>,
    io: Io,
  ): void;
}
