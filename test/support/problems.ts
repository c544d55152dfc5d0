import { SpecError } from "../../core/errors.ts";

/** What a validator says of its input: `code path` of each problem, in order; empty when there is none. */
export function problemsOf(validate: () => unknown): string[] {
  try {
    validate();
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.problems.map(({ code, path }) => `${code} ${path}`);
  }
}
