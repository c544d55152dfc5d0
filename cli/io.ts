import pc from "picocolors";

/** What a verb may touch: two streams, a clock and the environment. Tests hand in their own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Standard error is a terminal: progress may redraw a line. */
  interactive: boolean;
  /** Standard input is a terminal: questions may be asked. */
  canAsk: boolean;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** Aborted on Ctrl-C: a verb stops cleanly and says how to go on. */
  signal: AbortSignal;
}

export function processIo(): Io {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130); // the second Ctrl-C does not wait
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? 0 : 1),
  );
  return {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    interactive: process.stderr.isTTY === true,
    canAsk: process.stdin.isTTY === true && process.stdout.isTTY === true,
    cwd: process.cwd(),
    env: process.env,
    now: () => new Date(),
    signal: controller.signal,
  };
}

/**
 * Progress of anything over two seconds: one line that is redrawn on a terminal, a plain line every ten seconds elsewhere.
 * Always on standard error, so that `--json` stays one document.
 */
export function progress(io: Io, title: string) {
  let shownAt = io.now().getTime();
  let width = 0;
  const startedAt = shownAt;
  return {
    update(text: string): void {
      const now = io.now().getTime();
      if (now - shownAt < (io.interactive ? 100 : 10_000)) return;
      shownAt = now;
      const line = `${title}: ${text} (${Math.round((now - startedAt) / 1000)} s)`;
      if (io.interactive) {
        process.stderr.write(`\r${pc.dim(line.padEnd(width))}`);
        width = line.length;
      } else io.err(line);
    },
    done(): void {
      if (io.interactive && width > 0) process.stderr.write(`\r${" ".repeat(width)}\r`);
    },
  };
}
