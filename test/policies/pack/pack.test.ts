import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RESOURCE_RULES, STACK_RULES } from "../../../policies/pack/rules/index.ts";
import { UNKNOWN } from "../../../policies/pack/rules/rule.ts";
import { NOW } from "../../support/estimate-input.ts";
import { CASE_SETTINGS, POLICY_CASES } from "../../support/policy-cases.ts";
import { type RunningPack, startPack } from "../../support/policy-pack.ts";

const MANDATORY = 1;
const rules = [...RESOURCE_RULES, ...STACK_RULES];
const isStackRule = (rule: string) => STACK_RULES.some(({ name }) => name === rule);

let pack: RunningPack;
beforeAll(async () => {
  const config = { ...CASE_SETTINGS, asOf: NOW.slice(0, 10) };
  pack = await startPack(Object.fromEntries(rules.map(({ name }) => [name, config])));
});
afterAll(() => pack.stop());

describe("the policy pack, over the engine's protocol", () => {
  it("serves every rule", () => {
    expect(pack.policies.sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  it.each(POLICY_CASES)(
    "$rule, $kind: $what",
    async ({ rule, kind, what, resources, problems }) => {
      const stack = `${rule} ${kind} ${what}`;
      const [first] = resources;
      if (!first) throw new Error("a case without resources");
      const all = await (isStackRule(rule)
        ? pack.analyzeStack(resources, stack)
        : pack.analyze(first, stack));
      const own = all.filter(({ policy }) => policy === rule);
      expect(own).toHaveLength(problems.length);
      for (const [index, problem] of problems.entries()) {
        expect(own[index]?.message).toContain(problem);
        expect(own[index]?.message).toContain("\nfix: ");
        // an unknown value left to the SDK would be a mere advice
        expect(own[index]?.level).toBe(MANDATORY);
      }
    },
  );

  it("judges a stack by what the program asked for, where a provider does not know it yet", async () => {
    const [pool] =
      POLICY_CASES.find(({ rule }) => rule === "gpu-pools-below-ceiling")?.resources ?? [];
    if (!pool) throw new Error("a case without resources");
    const unknown = { ...pool, props: { metadata: UNKNOWN, spec: UNKNOWN } };
    const problems = async () =>
      (await pack.analyzeStack([unknown], "a new cluster")).map(({ message }) => message);
    expect(await problems()).toEqual([expect.stringContaining("cannot tell yet: 1 of 1")]);
    await pack.analyze(pool, "a new cluster");
    expect(await problems()).toEqual([]);
  });
});
