import { andMore, type Problem, RegistryError } from "../../core/errors.ts";

/** The registry refuses, and says everything that is wrong at once. `code` and `fix` are those of the first problem unless given. */
export class RegistryRefusal extends RegistryError {
  readonly problems: readonly Problem[];

  constructor(what: string, problems: readonly [Problem, ...Problem[]], code?: string) {
    const [first] = problems;
    const more = andMore(problems.length - 1, "problem");
    super(code ?? first.code, `${what}: ${first.message}${more}`, {
      fix: first.fix,
      ...(first.path === undefined ? {} : { path: first.path }),
    });
    this.problems = problems;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), problems: this.problems };
  }
}
