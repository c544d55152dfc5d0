/** The policy pack through the real `pulumi`: on a state, and in the preview of a program. */
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CEILING_RULES } from "../../../core/platform/policy-pack-config.ts";
import { RESOURCE_RULES, STACK_RULES } from "../../../policies/pack/rules/index.ts";
import { NOW } from "../../support/estimate-input.ts";
import { CASE_SETTINGS, type CaseResource, POLICY_CASES } from "../../support/policy-cases.ts";
import { PACK } from "../../support/policy-pack.ts";
import { enginesFolder } from "../build/engines-folder.ts";
import { type PulumiCli, pulumiCli } from "../pulumi/pulumi-cli.ts";
import { type PulumiHome, pulumiHome } from "../pulumi/pulumi-home.ts";
import { urnOf, writeState } from "./state-file.ts";

const ROOT = join(import.meta.dirname, "../../..");
const STACK_CASES = new Set<string>(STACK_RULES.map(({ name }) => name));

let home: PulumiHome;
let pulumi: PulumiCli;
let told: string;
beforeAll(() => {
  home = pulumiHome({ bin: enginesFolder() });
  const program = join(home.folder, "program");
  cpSync(join(import.meta.dirname, "program"), program, { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(home.folder, "node_modules"));
  pulumi = pulumiCli(home, program);
  told = join(home.folder, "told.json");
  const settings = { ...CASE_SETTINGS, asOf: NOW.slice(0, 10) };
  const rules = [...RESOURCE_RULES, ...STACK_RULES];
  writeFileSync(
    told,
    JSON.stringify(Object.fromEntries(rules.map(({ name }) => [name, settings]))),
  );
});
afterAll(() => home?.remove());

interface Event {
  resourceUrn: string;
  policyName: string;
  message: string;
  enforcementLevel: string;
}

async function analyze(resources: readonly CaseResource[]) {
  const state = join(home.folder, "state.json");
  writeState(state, resources);
  const { code, text } = await pulumi(
    "policy",
    "analyze",
    `--policy-pack=${PACK}`,
    `--policy-pack-config=${told}`,
    `--file=${state}`,
    "--json",
  );
  const events = text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => (JSON.parse(line) as { policyEvent?: Event }).policyEvent ?? []);
  return { code, events };
}

describe("a state, judged by `pulumi policy analyze`", () => {
  it("is refused for each resource that breaks a rule, and for no other", async () => {
    // a state holds no unknown values: those are for the preview below
    const cases = POLICY_CASES.filter(
      ({ rule, kind }) => kind !== "unknown" && !STACK_CASES.has(rule),
    ).map((each, index) => {
      const [first] = each.resources;
      return { ...each, resource: { ...first, name: `case-${index}` } as CaseResource };
    });
    const { code, events } = await analyze(cases.map(({ resource }) => resource));
    expect(code).toBe(1);
    for (const { rule, what, resource, problems } of cases) {
      const own = events.filter(
        (event) => event.resourceUrn === urnOf(resource) && event.policyName === rule,
      );
      expect([what, own.length]).toEqual([what, problems.length]);
      for (const [index, problem] of problems.entries()) {
        expect(own[index]?.message).toContain(problem);
        expect(own[index]?.enforcementLevel).toBe("mandatory");
      }
    }
  });

  it.each(POLICY_CASES.filter(({ rule, kind }) => kind !== "unknown" && STACK_CASES.has(rule)))(
    "$rule, $kind: $what",
    async ({ rule, resources, problems }) => {
      const named = resources.map((resource, index) =>
        resource.name === "pool" ? { ...resource, name: `pool-${index}` } : resource,
      );
      const { events } = await analyze(named);
      const own = events.filter(({ policyName }) => policyName === rule);
      expect(own).toHaveLength(problems.length);
      for (const [index, problem] of problems.entries()) {
        expect(own[index]?.message).toContain(problem);
      }
    },
  );
});

describe("a program, previewed with the pack", () => {
  it("is stopped by values that the preview cannot know: each rule says so, and none lets it pass", async () => {
    await pulumi("stack", "init", "dev");
    const { code, text } = await pulumi(
      "preview",
      `--policy-pack=${PACK}`,
      `--policy-pack-config=${told}`,
    );
    expect(code).not.toBe(0);
    const said = [...text.matchAll(/- \[mandatory\] +(\S+) .*\n.*\n +(cannot tell yet: .*)/g)];
    expect(new Set(said.map(([, rule]) => rule))).toEqual(
      new Set([
        ...RESOURCE_RULES.map(({ name }) => name).filter((name) => UNKNOWN_IN_AWS.has(name)),
        CEILING_RULES.stack,
      ]),
    );
    // left to the SDK they would be mere advice
    expect(text).not.toContain("can't run policy");
  });

  it("does not start without the ceiling that it judges by", async () => {
    const { code, text } = await pulumi("preview", `--policy-pack=${PACK}`);
    expect(code).not.toBe(0);
    expect(text).toContain(`${CEILING_RULES.pool}: ceilingUsdPerMonth is required`);
  });
});

/** Rules whose inputs the program of this test leaves open; the others look at Kubernetes objects, or at types alone. */
const UNKNOWN_IN_AWS = new Set([
  "gpu-pool-below-ceiling",
  "gpu-pool-from-zero",
  "whole-node-needs-reason",
  "cost-tags",
  "bucket-stays-closed",
  "kubernetes-in-standard-support",
]);
