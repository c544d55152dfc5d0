/**
 * Faults. A refused run is no fault but an answer (`GateDecision`); these are for what went wrong. Every error says what,
 * where and what to do next.
 */

/** One thing wrong with an input. `path` is the key path (`useCase.metric`), `line` and `column` count from 1. */
export interface Problem {
  code: string;
  message: string;
  fix: string;
  path?: string;
  file?: string;
  line?: number;
  column?: number;
}

export interface KitErrorOptions {
  /** The next action, in one sentence. */
  fix: string;
  /** Where: a file, a key path, a store key. */
  path?: string;
  cause?: unknown;
}

export class KitError extends Error {
  readonly code: string;
  readonly fix: string;
  readonly path?: string;

  constructor(code: string, message: string, options: KitErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.fix = options.fix;
    if (options.path !== undefined) this.path = options.path;
  }

  toJSON(): Record<string, unknown> {
    const { code, message, fix, path } = this;
    return { error: this.name, code, message, fix, ...(path === undefined ? {} : { path }) };
  }
}

/** ` (and 2 more problems)`; empty when there is no more. */
export const andMore = (count: number, one: string): string =>
  count > 0 ? ` (and ${count} more ${one}${count === 1 ? "" : "s"})` : "";

/** A user's spec or flags are wrong. Carries every problem at once. CLI exit code 2. */
export class SpecError extends KitError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly [Problem, ...Problem[]]) {
    const [first] = problems;
    super(first.code, `${first.message}${andMore(problems.length - 1, "problem")}`, {
      fix: first.fix,
      ...(first.path === undefined ? {} : { path: first.path }),
    });
    this.problems = problems;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), problems: this.problems };
  }
}

/** A file or stored record cannot be used: missing, unreadable, wrong bytes. CLI exit code 2. */
export class InputError extends KitError {}

/** The catalog has no such model, GPU, instance type or price book. CLI exit code 2. */
export class CatalogError extends KitError {}

/** The registry refuses or lost a race: bad adapter files, stale alias, unknown version. CLI exit code 2. */
export class RegistryError extends KitError {}

/** The object store failed or its content is not what was written. CLI exit code 1. */
export class StoreError extends KitError {}

/** Why a run failed, the same words on every backend. */
export const RUN_FAILURES = [
  "quota",
  "capacity",
  "image",
  "data",
  "config",
  "dependency",
  "out-of-memory",
  "preempted",
  "killed",
  "cancelled",
  "deadline",
  "over-cap",
  "policy",
  "contract",
  "internal",
] as const;
export type RunFailure = (typeof RUN_FAILURES)[number];

/** A run did not end well. `code` is the failure. CLI exit code 1. */
export class RunError extends KitError {
  declare readonly code: RunFailure;
}

export const isKitError = (error: unknown): error is KitError => error instanceof KitError;
