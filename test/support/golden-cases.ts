import golden from "../golden/gate-golden.json" with { type: "json" };

export interface GoldenCase<Input, Expected> {
  id: string;
  input: Input;
  expected: Expected;
  tol: number;
}

/** The golden cases of one function; an unknown function name is an error, so that no table test runs empty. */
export function goldenCases<Input, Expected>(fn: string): GoldenCase<Input, Expected>[] {
  const cases = golden.cases.filter((entry) => entry.fn === fn);
  if (cases.length === 0) throw new Error(`no golden case for ${fn}`);
  return cases as unknown as GoldenCase<Input, Expected>[];
}
