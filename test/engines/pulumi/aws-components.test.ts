/** The AWS half of the platform on the real engine: Network, GpuCluster, GpuNodePool, AdapterRegistry, SpendAlarm. */
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AdapterRegistry } from "../../../components/adapter-registry.ts";
import { GpuCluster } from "../../../components/gpu-cluster.ts";
import { GpuNodePool } from "../../../components/gpu-node-pool.ts";
import { Network } from "../../../components/network.ts";
import { SpendAlarm } from "../../../components/spend-alarm.ts";
import type { NodeTier } from "../../../core/catalog/tiers.ts";
import { enginesFolder } from "../build/engines-folder.ts";
import { changeState, forgetCalls, readCalls, readState } from "./aws/store.ts";
import { inlineStack } from "./inline-stack.ts";
import { pulumiCli } from "./pulumi-cli.ts";
import { type PulumiHome, pulumiHome } from "./pulumi-home.ts";

const GROUP = "aws:eks/nodeGroup:NodeGroup";
const ADMIN = "arn:aws:iam::111122223333:role/platform-admin";

interface Pool {
  tier: NodeTier;
  maxGpus: number;
  diskGiB?: number;
}

const small: Pool = { tier: "gpu-24gb", maxGpus: 4 };
const big: Pool = { tier: "a100-40", maxGpus: 8 };
const wanted = { pools: [small], protect: true };
let home: PulumiHome;
let stack: Stack;

const program = async () => {
  const tags = { "tunekit.dev/owner": "ml-platform@example.com" };
  const region = "us-east-1";
  const network = new Network("net", { region, zones: ["us-east-1a", "us-east-1b"], tags });
  const cluster = new GpuCluster("gpu", {
    region,
    subnetIds: network.privateSubnetIds,
    admins: [ADMIN],
    deletionProtection: wanted.protect,
    tags,
  });
  for (const { tier, maxGpus, diskGiB } of wanted.pools)
    new GpuNodePool(tier, {
      tier,
      provisioner: "managed",
      capacity: { kind: "on-demand" },
      cluster: { name: cluster.clusterName, privateSubnets: { ...network.privateSubnets } },
      ...(cluster.eks?.nodeRoleArn && { nodeRole: cluster.eks.nodeRoleArn }),
      maxGpus,
      ...(diskGiB !== undefined && { diskGiB }),
      owner: "ml-platform@example.com",
      reason: "jobs that fit no smaller card",
      tags,
    });
  new AdapterRegistry("registry", {
    accountId: "111122223333",
    clusterName: cluster.clusterName,
    accounts: { trainer: [{ namespace: "team-a", name: "trainer" }] },
    protect: wanted.protect,
    tags,
  });
  new SpendAlarm("alarm", { monthlyLimit: "1000 USD", emails: ["ml@example.com"], tags });
};

const changes = async () => (await stack.up()).summary.resourceChanges;
const names = (method: string) =>
  readCalls(home.awsState)
    .filter((call) => call.method === method)
    .map(({ type, name }) => `${type.split(":")[2]} ${name}`);
const groups = () =>
  Object.entries(readState(home.awsState).resources)
    .filter(([key]) => key.startsWith(GROUP))
    .map(([, { inputs }]) => inputs);

beforeAll(async () => {
  home = pulumiHome({ bin: enginesFolder(), kubeconfig: "/none" });
  stack = await inlineStack(home, "platform", program);
}, 60_000);
afterAll(() => home.remove());

describe("the AWS half of the platform", { timeout: 120_000 }, () => {
  it("stops half-way when AWS has no capacity, and goes on at the next up", async () => {
    const planned = (await stack.preview()).changeSummary;
    changeState(home.awsState, (state) => {
      state.faults.push({ type: GROUP, method: "create", nth: 2, message: "NodeCreationFailure" });
    });
    await expect(stack.up()).rejects.toThrow("NodeCreationFailure");
    const made = readCalls(home.awsState).length;
    expect(made).toBeGreaterThan(0);
    const rest = await changes();
    expect((rest?.create ?? 0) + (rest?.same ?? 0)).toBe(planned.create);
    expect(new Set(names("create")).size).toBe(names("create").length); // nothing was made twice
  });

  it("changes nothing at the second up, and a refresh sees nothing", async () => {
    const again = await stack.up({ expectNoChanges: true });
    expect(Object.keys(again.summary.resourceChanges ?? {})).toEqual(["same"]);
    const seen = await stack.refresh({ expectNoChanges: true });
    expect(Object.keys(seen.summary.resourceChanges ?? {})).toEqual(["same"]);
  });

  it("changes a pool's size and disk in place", async () => {
    wanted.pools = [{ ...small, maxGpus: 8 }];
    expect(await changes()).toMatchObject({ update: 1 });
    expect(groups().find(({ taints }) => taints)).toMatchObject({ scalingConfig: { maxSize: 8 } });
    wanted.pools = [{ ...small, maxGpus: 8, diskGiB: 400 }];
    expect(await changes()).toMatchObject({ update: 2 }); // the template, and the group that takes its new version
    expect(groups().find(({ taints }) => taints)).toMatchObject({
      launchTemplate: { version: "2" },
    });
  });

  it("adds a tier without touching what is there", async () => {
    wanted.pools = [...wanted.pools, big];
    expect(await changes()).toEqual({ create: 3, same: expect.any(Number) }); // pool, template, group
  });

  it("puts a taint back that somebody took off", async () => {
    changeState(home.awsState, (state) => {
      for (const [key, { inputs, state: outputs }] of Object.entries(state.resources))
        if (key.startsWith(GROUP) && inputs.taints)
          for (const side of [inputs, outputs]) side.taints = [];
    });
    expect((await stack.refresh()).summary.resourceChanges).toMatchObject({ update: 2 });
    expect(await changes()).toMatchObject({ update: 2 });
    expect(groups().filter(({ taints }) => Array.isArray(taints) && taints.length)).toHaveLength(2);
  });

  it("refuses to destroy what is protected, then destroys users before what they use", async () => {
    forgetCalls(home.awsState);
    const refused = await pulumiCli(home, stack.workspace.workDir)(
      "destroy",
      "--yes",
      "--stack=dev",
    );
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining("protected") });
    expect(names("delete")).toEqual([]);
    wanted.protect = false;
    await stack.up();
    forgetCalls(home.awsState);
    await stack.destroy();
    expect(readState(home.awsState).resources).toEqual({});
    const order = names("delete");
    const at = (name: string) => order.indexOf(name);
    expect(at("NodeGroup gpu-24gb-nodes")).toBeLessThan(at("Cluster gpu-eks"));
    expect(at("Cluster gpu-eks")).toBeLessThan(at("Subnet net-private-us-east-1a"));
    expect(at("Subnet net-private-us-east-1a")).toBeLessThan(at("Vpc net-vpc"));
  });
});
