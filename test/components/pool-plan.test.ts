import { describe, expect, it } from "vitest";
import { GpuNodePoolArgs } from "../../components/gpu-node-pool-args.ts";
import { planPool } from "../../components/pool-plan.ts";
import { NODE_TIERS, poolNodeLabels, tierTaints } from "../../core/catalog/tiers.ts";
import { parseSpec } from "../../core/spec/parse.ts";
import { GiB } from "../../core/units.ts";
import { A100_POOL, POOL_CLUSTER, RESERVED, SMALL_POOL } from "../support/pools.ts";
import { problemsOf } from "../support/problems.ts";

const plan = (args: GpuNodePoolArgs) => planPool(parseSpec(GpuNodePoolArgs, args));
const problems = (args: unknown) => problemsOf(() => planPool(parseSpec(GpuNodePoolArgs, args)));

describe("the plan of a pool", () => {
  it.each(NODE_TIERS)("of %s has the labels and taints of its flavor", (tier) => {
    const made = plan({
      ...A100_POOL,
      tier,
      ...(tier === "gpu-32gb" ? { amiId: "ami-0123" } : {}),
    });
    expect(made.labels).toMatchObject(poolNodeLabels(tier, "on-demand"));
    expect(made.taints).toEqual(tierTaints(tier));
    expect(made.name).toBe(`${tier}-on-demand`);
  });

  it("of A100s is whole nodes of eight, with a slice of which eight fill a node", () => {
    const { machines, slice } = plan(A100_POOL);
    expect(machines.map(({ id, gpus }) => [id, gpus])).toEqual([["p4d.24xlarge", 8]]);
    expect(slice).toMatchObject({ cpu: 11, memoryBytes: 125 * GiB });
    expect((slice?.ephemeralBytes ?? 0) * 8).toBeLessThan(machines[0]?.nvmeBytes ?? 0);
  });

  it("of reserved capacity is the machine and the zone of the reservation", () => {
    const made = plan({ ...A100_POOL, capacity: { kind: "capacity-block", ...RESERVED } });
    expect(made).toMatchObject({
      name: "a100-40-capacity-block",
      zones: ["eu-central-1b"],
      reservationId: "cr-0123456789abcdef0",
    });
  });

  it("of nodes that are there already asks for nothing and makes nothing", () => {
    const made = plan({
      tier: "gpu-24gb",
      provisioner: "existing",
      capacity: { kind: "owned" },
      cluster: { name: "basement" },
      maxGpus: 3,
    });
    expect(made).toMatchObject({ name: "gpu-24gb-owned", machines: [], slice: undefined });
  });
});

describe("a pool is refused", () => {
  it("with part of a node", () => {
    expect(problems({ ...A100_POOL, maxGpus: 12 })).toEqual(["PartOfNode maxGpus"]);
    expect(problems({ ...A100_POOL, maxGpus: 4 })).toEqual(["PartOfNode maxGpus"]);
  });

  it("as whole nodes without owner and reason", () => {
    const { owner: _owner, reason: _reason, ...anonymous } = A100_POOL;
    expect(problems(anonymous)).toEqual(["MissingKey owner", "MissingKey reason"]);
  });

  it("with machines of another tier, unknown ones, or different numbers of GPUs", () => {
    expect(problems({ ...SMALL_POOL, instanceTypes: ["g6e.xlarge"] })).toEqual([
      "WrongTier instanceTypes",
    ]);
    expect(problems({ ...SMALL_POOL, instanceTypes: ["g5.2xlarg"] })).toEqual([
      "UnknownInstanceType instanceTypes",
    ]);
    expect(
      problems({ ...SMALL_POOL, instanceTypes: ["g5.2xlarge", "g5.12xlarge"], maxGpus: 8 }),
    ).toEqual(["MixedNodes instanceTypes"]);
  });

  it("with a card that the image of EKS cannot drive", () => {
    expect(problems({ ...SMALL_POOL, tier: "gpu-32gb" })).toEqual(["ImageNeeded amiId"]);
    expect(problems({ ...SMALL_POOL, tier: "gpu-32gb", amiId: "ami-0123" })).toEqual([]);
    expect(problems({ ...SMALL_POOL, instanceTypes: ["g6f.xlarge"] })).toEqual([
      "ImageNeeded amiId",
      "UnknownInstanceType instanceTypes",
    ]);
  });

  it("in a zone where the cluster has no subnet, reserved capacity included", () => {
    expect(problems({ ...SMALL_POOL, zones: ["eu-central-1c"] })).toEqual([
      "ZoneWithoutSubnet zones",
    ]);
    const capacity = { kind: "reservation", ...RESERVED, zone: "eu-central-1c" };
    expect(problems({ ...A100_POOL, capacity })).toEqual(["ZoneWithoutSubnet capacity.zone"]);
  });

  it("when it would have to buy a capacity block: only the id of one comes in", () => {
    expect(problems({ ...A100_POOL, capacity: { kind: "capacity-block" } })).toEqual([
      "MissingKey capacity.reservationId",
      "MissingKey capacity.zone",
      "MissingKey capacity.instanceType",
    ]);
    const offering = { kind: "capacity-block", ...RESERVED, reservationId: "cb-0123" };
    expect(problems({ ...A100_POOL, capacity: offering })).toEqual([
      "WrongValue capacity.reservationId",
    ]);
  });

  it("with machines beside a reservation, which has its own", () => {
    const capacity = { kind: "reservation", ...RESERVED };
    expect(problems({ ...A100_POOL, capacity, instanceTypes: ["p4d.24xlarge"] })).toEqual([
      "ConflictingKeys instanceTypes",
    ]);
  });

  it("when nobody could make its nodes", () => {
    expect(problems({ ...SMALL_POOL, capacity: { kind: "owned" } })).toEqual([
      "WrongProvisioner provisioner",
    ]);
    const { nodeRole: _role, ...roleless } = SMALL_POOL;
    expect(problems({ ...roleless, cluster: { name: "ai" } })).toEqual([
      "MissingKey nodeRole",
      "MissingKey cluster.privateSubnets",
      "MissingKey cluster.securityGroupId",
    ]);
    expect(
      problems({ ...SMALL_POOL, provisioner: "managed", amiId: "ami-0123", cluster: POOL_CLUSTER }),
    ).toEqual(["MissingKey cluster.join"]);
  });

  it("with a reason that no tag could hold", () => {
    expect(problems({ ...A100_POOL, reason: "because; of <this>" })).toEqual(["WrongValue reason"]);
  });
});
