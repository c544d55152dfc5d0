import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { KUBERNETES_VERSIONS } from "../../components/eks-versions.ts";
import { priceBookOf } from "../../core/catalog/price-book.ts";
import { NewCluster } from "../../core/platform/cluster-config.ts";
import {
  type PlatformCost,
  platformCost,
  platformCostSums,
} from "../../core/platform/platform-cost.ts";
import { policyPackConfig } from "../../core/platform/policy-pack-config.ts";
import { parseStackFile } from "../../core/platform/read-stack-config.ts";
import { RESOURCE_RULES } from "../../policies/pack/rules/index.ts";
import { WrittenSettings } from "../../policies/pack/settings.ts";
import { NOW } from "../support/estimate-input.ts";
import { type Registered, registered } from "../support/pulumi-mocks.ts";

const fileOf = (stack: string) => join(import.meta.dirname, `../../stacks/Pulumi.${stack}.yaml`);

/** Configuration as the engine hands it over: text, and JSON for lists and maps. */
const configOf = (stack: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parse(readFileSync(fileOf(stack), "utf8")).config as object).map(
      ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)],
    ),
  );

interface Ran {
  resources: Registered[];
  outputs: Record<string, unknown>;
}

async function run(stack: string): Promise<Ran> {
  vi.resetModules();
  let outputs: Record<string, unknown> = {};
  const resources = await registered(
    async () => {
      pulumi.runtime.setAllConfig(configOf(stack));
      outputs = await import("../../stacks/main.ts");
    },
    ({ type }) =>
      type === "aws:eks/cluster:Cluster"
        ? {
            endpoint: "https://eks",
            certificateAuthority: { data: "" },
            vpcConfig: { clusterSecurityGroupId: "sg-1" },
          }
        : {},
    { "aws:ec2/getPrefixList:getPrefixList": { cidrBlocks: ["52.216.0.0/15"] } },
  );
  return { resources, outputs };
}

const stacks = ["dev", "prod", "onprem"] as const;
const ran = {} as Record<(typeof stacks)[number], Ran>;
beforeAll(async () => {
  for (const stack of stacks) ran[stack] = await run(stack);
}, 120_000);

/** With today's date, as the program has it: a price may be too old for both. */
function costOf(stack: string): PlatformCost {
  const config = parseStackFile(readFileSync(fileOf(stack), "utf8"), stack);
  return platformCost(config, priceBookOf(config.platform), new Date().toISOString());
}

const typed = ({ resources }: Ran, type: string) => resources.filter((each) => each.type === type);

describe.each(stacks)("the stack %s", (stack) => {
  it("makes every part of a platform", () => {
    const parts = new Set(
      ran[stack].resources.map(({ type }) => type).filter((type) => type.startsWith("tunekit:")),
    );
    const everywhere = [
      "AdapterRegistry",
      "CostGate",
      "GpuCluster",
      "GpuNodePool",
      "JobQueues",
      "PlatformCharts",
      "SpendAlarm",
      "Tenancy",
    ];
    const onAws = stack === "onprem" ? [] : ["Karpenter", "Network"];
    expect([...parts].sort()).toEqual(
      [...everywhere, ...onAws].sort().map((part) => `tunekit:index:${part}`),
    );
  });

  it("keeps every rule of the policy pack that looks at one resource", () => {
    const config = parseStackFile(readFileSync(fileOf(stack), "utf8"), stack);
    const [told] = Object.values(policyPackConfig(config));
    const settings = { ...WrittenSettings.parse(told), now: NOW };
    const problems = ran[stack].resources.flatMap(({ type, name, inputs }) =>
      RESOURCE_RULES.flatMap((rule) =>
        rule
          .check({ type, name, urn: name, props: inputs, sources: {} }, settings)
          .map((problem) => `${type} ${name}, ${rule.name}: ${problem}`),
      ),
    );
    expect(problems).toEqual([]);
  });

  it("says what it costs, as `tunekit platform cost` does", () => {
    const config = parseStackFile(readFileSync(fileOf(stack), "utf8"), stack);
    const cost = costOf(stack);
    expect(ran[stack].outputs.cost).toEqual(platformCostSums(cost));
    expect(cost.ceiling.microUsd ?? 0).toBeLessThanOrEqual(config.spend.ceiling);
  });
});

describe("the idle cost", () => {
  /** How many hours or months of something the cost has, against how many of it the program makes. */
  it.each([
    ["aws:eks/cluster:Cluster", /^EKS control plane$/, 730],
    ["aws:ec2/natGateway:NatGateway", /NAT gateway/, 730],
    ["aws:kms/key:Key", /^KMS key/, 1],
  ] as const)("counts what the program makes of %s", (type, item, each) => {
    for (const stack of stacks) {
      const { idle } = costOf(stack);
      const counted = idle.lines
        .filter((line) => item.test(line.item))
        .reduce((sum, { quantity }) => sum + quantity, 0);
      expect([stack, counted / each]).toEqual([stack, typed(ran[stack], type).length]);
    }
  });

  it("counts each interface endpoint in each zone, and no gateway", () => {
    for (const stack of stacks) {
      const made = typed(ran[stack], "aws:ec2/vpcEndpoint:VpcEndpoint").filter(
        ({ inputs }) => inputs.vpcEndpointType === "Interface",
      );
      const zones = made.reduce((sum, { inputs }) => sum + (inputs.subnetIds as []).length, 0);
      const { idle } = costOf(stack);
      const line = idle.lines.find(({ item }) => /VPC endpoint/.test(item));
      expect([stack, (line?.quantity ?? 0) / 730]).toEqual([stack, zones]);
    }
  });

  it("counts the system nodes at their least, with their disks", () => {
    for (const stack of ["dev", "prod"] as const) {
      const groups = typed(ran[stack], "aws:eks/nodeGroup:NodeGroup");
      const sizes = groups.map(({ inputs }) => inputs.scalingConfig as { minSize: number });
      const { idle } = costOf(stack);
      const line = idle.lines.find(({ item }) => / system nodes? /.test(item));
      expect(line?.quantity).toBe(730 * sizes.reduce((sum, { minSize }) => sum + minSize, 0));
    }
  });
});

describe("the existing cluster", () => {
  it("gets no network, no nodes and no AWS resource but registry and alarm", () => {
    const types = new Set(ran.onprem.resources.map(({ type }) => type));
    for (const type of types) {
      expect(type).not.toMatch(/^aws:(eks|ec2)\//);
    }
    expect(types).toContain("aws:s3/bucket:Bucket");
    expect(types).toContain("kubernetes:kueue.x-k8s.io/v1beta2:ClusterQueue");
  });
});

describe("the Kubernetes versions of the settings", () => {
  it("are those that the cluster knows the support of", () => {
    expect(NewCluster.shape.version.def.innerType.options).toEqual([...KUBERNETES_VERSIONS]);
  });
});
