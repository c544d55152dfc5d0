import { describe, expect, it } from "vitest";
import { RESOURCE_RULES, STACK_RULES } from "../../../policies/pack/rules/index.ts";
import { kubernetesSupport } from "../../../policies/pack/rules/kubernetes-support.ts";
import type { PackSettings, PlannedResource } from "../../../policies/pack/rules/rule.ts";
import { WrittenSettings } from "../../../policies/pack/settings.ts";
import { NOW } from "../../support/estimate-input.ts";
import { CASE_SETTINGS, type CaseResource, POLICY_CASES } from "../../support/policy-cases.ts";

const settings: PackSettings = { ...WrittenSettings.parse(CASE_SETTINGS), now: NOW };

const planned = ({ type, name, props, sources = {} }: CaseResource): PlannedResource => ({
  type,
  name,
  urn: name,
  props,
  sources,
});

function judge(rule: string, resources: readonly PlannedResource[]): string[] {
  const one = RESOURCE_RULES.find(({ name }) => name === rule);
  if (one) return one.check(resources[0] as PlannedResource, settings);
  const all = STACK_RULES.find(({ name }) => name === rule);
  if (!all) throw new Error(`there is no rule ${rule}`);
  return all.checkAll(resources, settings);
}

describe.each([...RESOURCE_RULES, ...STACK_RULES])("the rule $name", ({ name, fix }) => {
  const cases = POLICY_CASES.filter(({ rule }) => rule === name);

  it("is tried with resources that comply, that do not, and that are not known yet", () => {
    expect(new Set(cases.map(({ kind }) => kind))).toEqual(
      new Set(["compliant", "violating", "unknown"]),
    );
    expect(fix).not.toBe("");
  });

  it.each(cases)("$kind: $what", ({ resources, problems }) => {
    const found = judge(name, resources.map(planned));
    expect(found).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) expect(found[index]).toContain(problem);
  });
});

describe("standard support", () => {
  const cluster = planned({
    type: "aws:eks/cluster:Cluster",
    name: "cluster",
    props: { version: "1.35", upgradePolicy: { supportType: "STANDARD" } },
  });

  it("must last for the days that are asked for", () => {
    // 2027-03-27 is 123 days after 2026-11-24
    const at = (minSupportDays: number) =>
      kubernetesSupport.check(cluster, {
        ...settings,
        now: "2026-11-24T00:00:00Z",
        minSupportDays,
      });
    expect(at(123)).toEqual([]);
    expect(at(124)).toEqual([
      "standard support of Kubernetes 1.35 ends 2027-03-27, in 123 days; 124 are asked for",
    ]);
  });

  it("of a version without a published date ends no earlier than that of the one before", () => {
    const newer = { ...cluster, props: { ...cluster.props, version: "1.36" } };
    const late = { ...settings, now: "2027-03-28T00:00:00Z", minSupportDays: 0 };
    expect(kubernetesSupport.check(newer, late)).toHaveLength(1);
  });
});

describe("a rule that judges a cost", () => {
  const pool = planned({
    type: "kubernetes:karpenter.sh/v1:NodePool",
    name: "pool",
    props: { spec: { limits: { "nvidia.com/gpu": "1" } } },
  });

  it.each([
    ["ceiling", { ceilingUsdPerMonth: undefined }, "gpu-pools-below-ceiling"],
    ["region", { region: undefined }, "gpu-pool-below-ceiling"],
  ])("refuses where nobody told it the %s", (what, changes, name) => {
    const told = { ...settings, ...changes };
    const rule = [...RESOURCE_RULES, ...STACK_RULES].find((each) => each.name === name);
    const found = rule && "check" in rule ? rule.check(pool, told) : rule?.checkAll([pool], told);
    expect(found?.[0]).toContain(`nobody told the ${what}`);
  });
});
