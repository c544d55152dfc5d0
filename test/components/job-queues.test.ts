import { describe, expect, it } from "vitest";
import { JobQueues } from "../../components/job-queues.ts";
import { JobQueuesArgs } from "../../components/job-queues-args.ts";
import { type QueueObject, queueObjects } from "../../components/queue-objects.ts";
import { tierTaints } from "../../core/catalog/tiers.ts";
import { SpecError } from "../../core/errors.ts";
import { parseSpec } from "../../core/spec/parse.ts";
import { registered, settled } from "../support/pulumi-mocks.ts";

const ARGS: JobQueuesArgs = {
  pools: [
    { tier: "gpu-24gb", capacity: "spot", maxGpus: 6 },
    { tier: "a100-40", capacity: "on-demand", maxGpus: 16 },
  ],
  teams: [
    { name: "research", guaranteed: { "gpu-24gb-spot": 2 }, atMost: { "a100-40-on-demand": 8 } },
    { name: "support", guaranteed: { "gpu-24gb-spot": 1, "a100-40-on-demand": 8 }, frozen: true },
  ],
};
const objects = (args: JobQueuesArgs = ARGS): QueueObject[] =>
  queueObjects(parseSpec(JobQueuesArgs, args));

interface Quota {
  name: string;
  nominalQuota: string;
  borrowingLimit?: string;
}
const specOf = (object: QueueObject) =>
  object.spec as {
    resourceGroups: {
      coveredResources: string[];
      flavors: { name: string; resources: Quota[] }[];
    }[];
    admissionChecksStrategy?: { admissionChecks: { name: string; onFlavors: string[] }[] };
  } & Record<string, unknown>;
const one = (kind: QueueObject["kind"], name: string, from = objects()): QueueObject => {
  const found = from.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
};
const quota = (object: QueueObject, flavor: string, resource: string): Quota => {
  const flavors = specOf(object).resourceGroups[0]?.flavors ?? [];
  const found = flavors
    .find(({ name }) => name === flavor)
    ?.resources.find(({ name }) => name === resource);
  if (!found) throw new Error(`no ${resource} of ${flavor}`);
  return found;
};

describe("quotas", () => {
  it("of a pool add up to its ceiling, for GPUs and for what goes with them", () => {
    const sum = (flavor: string, resource: string) =>
      objects()
        .filter(({ kind }) => kind === "Cohort" || kind === "ClusterQueue")
        .reduce(
          (total, each) => total + Number.parseFloat(quota(each, flavor, resource).nominalQuota),
          0,
        );
    expect(sum("gpu-24gb-spot", "nvidia.com/gpu")).toBe(6);
    expect(sum("a100-40-on-demand", "nvidia.com/gpu")).toBe(16);
    expect(sum("a100-40-on-demand", "cpu")).toBe(16 * 11);
    expect(sum("a100-40-on-demand", "ephemeral-storage")).toBe(16 * 791);
  });

  it("give a team what it is guaranteed, and a limit on what it borrows where one is set", () => {
    expect(quota(one("ClusterQueue", "research"), "gpu-24gb-spot", "nvidia.com/gpu")).toEqual({
      name: "nvidia.com/gpu",
      nominalQuota: "2",
    });
    expect(quota(one("ClusterQueue", "research"), "a100-40-on-demand", "nvidia.com/gpu")).toEqual({
      name: "nvidia.com/gpu",
      nominalQuota: "0",
      borrowingLimit: "8",
    });
    expect(
      quota(one("Cohort", "tunekit"), "a100-40-on-demand", "nvidia.com/gpu").nominalQuota,
    ).toBe("8");
  });

  it("cover every resource that pods ask for, in every flavor, in one order", () => {
    for (const kind of ["Cohort", "ClusterQueue"]) {
      for (const object of objects().filter((each) => each.kind === kind)) {
        const [group] = specOf(object).resourceGroups;
        expect(group?.coveredResources).toEqual([
          "cpu",
          "memory",
          "ephemeral-storage",
          "nvidia.com/gpu",
        ]);
        for (const { resources } of group?.flavors ?? []) {
          expect(resources.map(({ name }) => name)).toEqual(group?.coveredResources);
        }
      }
    }
  });

  it("have no GPU for Jobs that ask for none", () => {
    expect(quota(one("Cohort", "tunekit"), "cpu", "nvidia.com/gpu").nominalQuota).toBe("0");
    expect(quota(one("Cohort", "tunekit"), "cpu", "cpu").nominalQuota).toBe("8");
  });

  it("of owned nodes come from what their owner wrote", () => {
    const owned = objects({
      pools: [
        {
          tier: "gpu-24gb",
          capacity: "owned",
          maxGpus: 2,
          perGpu: { cpu: 6, memoryGiB: 30, ephemeralGiB: 200 },
        },
      ],
      teams: [{ name: "research" }],
    });
    expect(quota(one("Cohort", "tunekit", owned), "gpu-24gb-owned", "memory").nominalQuota).toBe(
      "60Gi",
    );
  });
});

describe("flavors", () => {
  it("ask for the labels of the pool and tolerate its taints", () => {
    expect(one("ResourceFlavor", "gpu-24gb-spot").spec).toEqual({
      nodeLabels: { "tunekit.dev/tier": "gpu-24gb", "tunekit.dev/capacity": "spot" },
      nodeTaints: tierTaints("gpu-24gb"),
      tolerations: tierTaints("gpu-24gb").map((taint) => ({ ...taint, operator: "Equal" })),
    });
  });

  it("are tried from CPU over the cheapest to the dearest", () => {
    const [group] = specOf(one("ClusterQueue", "research")).resourceGroups;
    expect(group?.flavors.map(({ name }) => name)).toEqual([
      "cpu",
      "gpu-24gb-spot",
      "a100-40-on-demand",
    ]);
  });
});

describe("queues", () => {
  it("ask the cost gate on every GPU flavor that is not exempt, and never for CPU", () => {
    const checks = (from: QueueObject[]) =>
      specOf(one("ClusterQueue", "research", from)).admissionChecksStrategy;
    expect(checks(objects())?.admissionChecks).toEqual([
      { name: "tunekit-cost-gate", onFlavors: ["gpu-24gb-spot", "a100-40-on-demand"] },
    ]);
    const exempt = (...tiers: string[]) =>
      ARGS.pools.map((pool) => ({ ...pool, costGate: !tiers.includes(pool.tier) }));
    expect(
      checks(objects({ ...ARGS, pools: exempt("gpu-24gb") }))?.admissionChecks[0]?.onFlavors,
    ).toEqual(["a100-40-on-demand"]);
    expect(checks(objects({ ...ARGS, pools: exempt("gpu-24gb", "a100-40") }))).toBeUndefined();
  });

  it("let in a team's own namespace only", () => {
    expect(specOf(one("ClusterQueue", "research")).namespaceSelector).toEqual({
      matchLabels: { "kubernetes.io/metadata.name": "research" },
    });
    expect(
      objects()
        .filter(({ kind }) => kind === "LocalQueue")
        .map(({ metadata }) => metadata),
    ).toEqual([
      { name: "runs", namespace: "research" },
      { name: "runs", namespace: "support" },
    ]);
  });

  it("hold what is new of a frozen team", () => {
    expect(specOf(one("ClusterQueue", "support")).stopPolicy).toBe("Hold");
    expect(specOf(one("ClusterQueue", "research")).stopPolicy).toBe("None");
  });

  it("rank evaluation over training over what is tried out", () => {
    const ranks = objects()
      .filter(({ kind }) => kind === "WorkloadPriorityClass")
      .map(({ metadata, value }) => [metadata.name, value as number] as const)
      .sort(([, a], [, b]) => b - a)
      .map(([name]) => name);
    expect(ranks).toEqual(["tunekit-evaluation", "tunekit-training", "tunekit-exploratory"]);
  });
});

describe("arguments", () => {
  const [small, large] = ARGS.pools;
  if (!small || !large) throw new Error("two pools");
  it.each<[string, JobQueuesArgs, string, string, string]>([
    [
      "more guaranteed than there is",
      { ...ARGS, teams: [{ name: "a", guaranteed: { "gpu-24gb-spot": 7 } }] },
      "QuotaExceedsPool",
      "teams",
      "guarantee less, or raise maxGpus of the pool",
    ],
    [
      "a pool that is not there",
      { ...ARGS, teams: [{ name: "a", guaranteed: { "gpu-24gb-on-demand": 1 } }] },
      "UnknownPool",
      "teams[0].guaranteed.gpu-24gb-on-demand",
      "pools of this stack: gpu-24gb-spot, a100-40-on-demand",
    ],
    [
      "a limit below the guarantee",
      {
        ...ARGS,
        teams: [{ name: "a", guaranteed: { "gpu-24gb-spot": 4 }, atMost: { "gpu-24gb-spot": 2 } }],
      },
      "QuotaContradiction",
      "teams[0].atMost.gpu-24gb-spot",
      "raise it to 4, or guarantee less",
    ],
    [
      "a pool twice",
      { ...ARGS, pools: [small, small, large] },
      "DuplicateName",
      "pools[1]",
      "list each tier once for each capacity, with all of its machines",
    ],
    [
      "a team twice",
      { ...ARGS, teams: [{ name: "a" }, { name: "a" }] },
      "DuplicateName",
      "teams[1].name",
      "list each team once, with its own name",
    ],
    [
      "owned nodes of unknown size",
      { ...ARGS, pools: [{ tier: "gpu-24gb", capacity: "owned", maxGpus: 1 }] },
      "PerGpuMissing",
      "pools[0].perGpu",
      "write the cores, GiB of memory and GiB of disk that a pod may ask for with each GPU",
    ],
  ])("refuse %s", (_what, args, code, path, fix) => {
    expect(() => parseSpec(JobQueuesArgs, args)).toThrow(
      expect.objectContaining({ code, path, fix }),
    );
    expect(() => parseSpec(JobQueuesArgs, args)).toThrow(SpecError);
  });
});

describe("the component", () => {
  it("registers one resource an object, with the object as its inputs, and says which queue is whose", async () => {
    let queues: Record<string, string> = {};
    let flavors: string[] = [];
    const resources = await registered(async () => {
      const made = new JobQueues("queues", ARGS);
      queues = await settled(made.queues);
      flavors = await settled(made.flavors);
    });
    const custom = resources.filter(({ type }) => type.startsWith("kubernetes:kueue.x-k8s.io"));
    expect(custom).toHaveLength(objects().length);
    expect(custom.map(({ inputs }) => inputs)).toEqual(expect.arrayContaining(objects()));
    expect(new Set(custom.map(({ name }) => name)).size).toBe(custom.length);
    expect(custom.map(({ name }) => name)).toContain("queues-clusterqueue-research");
    expect(resources.find(({ name }) => name === "queues")?.type).toBe("tunekit:index:JobQueues");
    expect(queues).toEqual({ research: "runs", support: "runs" });
    expect(flavors).toEqual(["cpu", "gpu-24gb-spot", "a100-40-on-demand"]);
  });
});
