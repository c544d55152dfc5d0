import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SpecError } from "../../../core/errors.ts";
import { parseStackFile, stackConfigOf } from "../../../core/platform/read-stack-config.ts";
import { OWNED_POOL, stackValues } from "../../support/stack-values.ts";

const problemsOf = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    if (error instanceof SpecError) return error.problems;
    throw error;
  }
  throw new Error("nothing was refused");
};

const refused = (changes: Record<string, unknown>) =>
  problemsOf(() => stackConfigOf(stackValues(changes)));

const root = join(import.meta.dirname, "../../..");

describe("a stack's settings", () => {
  it("fill in what a small stack leaves out", () => {
    const config = stackConfigOf(stackValues());
    expect(config.cluster).toEqual({
      version: "1.35",
      admins: ["arn:aws:iam::111122223333:role/platform-admin"],
      publicCidrs: [],
      systemNodes: { instanceType: "m7i.large", min: 2, max: 4, diskGiB: 50 },
      deletionProtection: true,
    });
    expect(config.network).toEqual({
      zones: ["us-east-1a", "us-east-1b"],
      cidr: "10.64.0.0/16",
      nat: "one",
      endpoints: ["ecr.api", "ecr.dkr", "eks-auth", "kms", "sts"],
    });
    expect(config.pools).toEqual([
      {
        tier: "gpu-24gb",
        capacity: "spot",
        provisioner: "karpenter",
        maxGpus: 4,
        diskGiB: 200,
        costGate: true,
      },
    ]);
    expect(config.spend).toEqual({
      ceiling: 10_000_000_000,
      alarm: 500_000_000,
      emails: ["ml-platform@example.com"],
    });
    expect(config.registry).toEqual({ protect: true });
  });

  it("reach every service by an endpoint where there is no NAT gateway", () => {
    const zones = ["us-east-1a", "us-east-1b"];
    const { network } = stackConfigOf(stackValues({ "tunekit:network": { zones, nat: "none" } }));
    expect(network?.endpoints).toHaveLength(10);
  });

  it.each([
    ["owned", "existing", OWNED_POOL],
    [
      "capacity-block",
      "managed",
      {
        tier: "h100-80",
        capacity: "capacity-block",
        maxGpus: 1,
        reservation: { id: "cr-1", zone: "us-east-1a", instanceType: "p5.4xlarge" },
      },
    ],
    ["on-demand", "karpenter", { tier: "gpu-48gb", maxGpus: 1 }],
  ])("have a pool of %s nodes made by: %s", (capacity, provisioner, pool) => {
    const [read] = stackConfigOf(stackValues({ "tunekit:pools": [pool] })).pools;
    expect(read).toMatchObject({ capacity, provisioner });
  });

  it("leave keys of other namespaces alone", () => {
    expect(() =>
      stackConfigOf(stackValues({ "aws:profile": "lab", "pulumi:tags": {} })),
    ).not.toThrow();
  });

  it("report every problem at once, each with its key and its fix", () => {
    const problems = problemsOf(() =>
      stackConfigOf(
        stackValues({
          "tunekit:pool": [],
          "aws:allowedAccountIds": ["12"],
          "tunekit:pools": [{ tier: "gpu-24g", capcity: "spot", maxGpus: 0 }],
          "tunekit:spend": { ceiling: -1, alarm: "500", emails: ["nobody"] },
        }),
      ),
    );
    expect(problems.map(({ path, code, fix }) => [path, code, fix])).toEqual([
      ["aws:allowedAccountIds[0]", "WrongValue", "write an account id of twelve digits in quotes"],
      [
        "tunekit:pools[0].tier",
        "WrongValue",
        'did you mean "gpu-24gb"? allowed: a100-40, a100-80, h100-80, gpu-24gb, gpu-32gb, gpu-48gb',
      ],
      ["tunekit:pools[0].maxGpus", "TooSmall", "write a number that is at least 1"],
      ["tunekit:pools[0].capcity", "UnknownKey", 'did you mean "capacity"?'],
      ["tunekit:spend.ceiling", "WrongAmount", 'write it as "0.05 USD"'],
      ["tunekit:spend.emails[0]", "WrongValue", "write text"],
      ["tunekit:pool", "UnknownKey", 'did you mean "tunekit:pools"?'],
    ]);
  });

  it.each([
    ["a cluster without a network", { "tunekit:network": undefined }, "NetworkMissing"],
    [
      "an API server that the whole internet may reach",
      {
        "tunekit:cluster": {
          admins: ["arn:aws:iam::111122223333:role/a"],
          publicCidrs: ["0.0.0.0/0"],
        },
      },
      "PublicToAll",
    ],
    [
      "whole 8-GPU nodes without a reason",
      { "tunekit:pools": [{ tier: "a100-40", maxGpus: 8, owner: "ml" }] },
      "ReasonMissing",
    ],
    [
      "a reservation without its id",
      { "tunekit:pools": [{ tier: "gpu-24gb", capacity: "reservation", maxGpus: 1 }] },
      "ReservationMissing",
    ],
    [
      "an id without a reservation",
      {
        "tunekit:pools": [
          {
            tier: "gpu-24gb",
            maxGpus: 1,
            reservation: { id: "cr-1", zone: "us-east-1a", instanceType: "g5.xlarge" },
          },
        ],
      },
      "ReservationMissing",
    ],
    [
      "owned machines that do not say what they have",
      { "tunekit:pools": [{ ...OWNED_POOL, perGpu: undefined }] },
      "PerGpuMissing",
    ],
    [
      "two pools of one name",
      {
        "tunekit:pools": [
          { tier: "gpu-24gb", maxGpus: 1 },
          { tier: "gpu-24gb", maxGpus: 2 },
        ],
      },
      "DuplicatePool",
    ],
    ["a team twice", { "tunekit:teams": [{ name: "a" }, { name: "a" }] }, "DuplicateName"],
    [
      "a quota in a pool that is not there",
      { "tunekit:teams": [{ name: "a", guaranteed: { "gpu-24gb": 1 } }] },
      "UnknownPool",
    ],
    [
      "part of a node",
      { "tunekit:pools": [{ tier: "a100-40", maxGpus: 12, owner: "ml", reason: "13B" }] },
      "PartOfNode",
    ],
    [
      "a machine of another tier",
      { "tunekit:pools": [{ tier: "gpu-24gb", maxGpus: 1, instanceTypes: ["p4d.24xlarge"] }] },
      "UnknownInstanceType",
    ],
    [
      "an older Kubernetes",
      { "tunekit:cluster": { admins: ["arn:aws:iam::111122223333:role/a"], version: "1.33" } },
      "WrongValue",
    ],
  ])("refuse %s", (_what, changes, code) => {
    const [problem, ...more] = refused(changes);
    expect([problem?.code, more]).toEqual([code, []]);
    expect(problem?.path).toMatch(/^tunekit:/);
    expect(problem?.fix).not.toBe("");
  });

  it("name the pool that a quota probably meant", () => {
    const teams = [{ name: "a", atMost: { "gpu-24gb-sopt": 1 } }];
    expect(refused({ "tunekit:teams": teams })).toMatchObject([
      { path: "tunekit:teams[0].atMost.gpu-24gb-sopt", fix: 'did you mean "gpu-24gb-spot"?' },
    ]);
  });
});

describe("a stack file", () => {
  it("points at the line of a problem", () => {
    const text = "config:\n  aws:region: us-east-1\n  tunekit:pool: []\n";
    expect(problemsOf(() => parseStackFile(text, "Pulumi.x.yaml"))).toContainEqual({
      code: "UnknownKey",
      message: 'unknown key "tunekit:pool" in config',
      fix: 'did you mean "tunekit:pools"?',
      path: "config.tunekit:pool",
      file: "Pulumi.x.yaml",
      line: 3,
      column: 3,
    });
  });

  it("is refused where it is no YAML or has no config", () => {
    expect(problemsOf(() => parseStackFile("config: [", "x"))[0]).toMatchObject({
      code: "YamlSyntax",
    });
    expect(problemsOf(() => parseStackFile("name: x", "x"))[0]).toMatchObject({
      code: "MissingKey",
    });
  });

  const files = globSync("stacks/Pulumi.*.yaml", { cwd: root }).sort();
  it("is there for a small, a production and an on-premises stack", () => {
    expect(files).toEqual([
      "stacks/Pulumi.dev.yaml",
      "stacks/Pulumi.onprem.yaml",
      "stacks/Pulumi.prod.yaml",
    ]);
  });

  it.each(files)("%s holds", (file) => {
    const text = readFileSync(join(root, file), "utf8");
    expect(parseStackFile(text, file).account).toBe("111122223333");
    // the promise of docs/platform.md: about thirty lines give a complete cluster
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  });
});
