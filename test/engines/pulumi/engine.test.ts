import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import { CustomResource } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { changeState, forgetCalls, readCalls, readState } from "./aws/store.ts";
import { pulumiCli } from "./pulumi-cli.ts";
import { GROUP, type SmallStack, smallStack } from "./three-resources.ts";

/** A resource of any type, as a program without types could make it. */
class Anything extends CustomResource {}

/** The existing cluster and subnet that the program names by id. */
async function withExisting(project: string): Promise<SmallStack> {
  const small = await smallStack(project);
  changeState(small.home.awsState, (state) => {
    state.external.push("existing", "subnet-existing");
  });
  return small;
}

const changes = async ({ stack }: SmallStack) => (await stack.up()).summary.resourceChanges;
const calls = ({ home }: SmallStack) =>
  readCalls(home.awsState).map(({ method, name }) => `${method} ${name}`);
const groupOf = ({ home }: SmallStack) => {
  const found = Object.entries(readState(home.awsState).resources).find(([key]) =>
    key.startsWith(GROUP),
  );
  if (!found) throw new Error("there is no node group");
  return { key: found[0], ...found[1] };
};

describe("the life of a stack on the real engine", () => {
  it("creates, does nothing, updates in place, replaces, and destroys in the reverse order", async () => {
    const small = await withExisting("life");
    const { stack, wanted } = small;
    expect((await stack.preview()).changeSummary).toEqual({ create: 4 });
    expect(calls(small)).toEqual([]);
    expect(await changes(small)).toEqual({ create: 4 });
    expect((await stack.outputs()).group?.value).toMatch(
      /^arn:aws:eks:us-east-1:111122223333:nodegroup\/existing\/gpu-/,
    );
    expect((await stack.up({ expectNoChanges: true })).summary.resourceChanges).toEqual({
      same: 4,
    });

    wanted.maxSize = 4;
    const before = groupOf(small).key;
    expect(await changes(small)).toEqual({ same: 3, update: 1 });
    expect(groupOf(small)).toMatchObject({
      key: before,
      inputs: { scalingConfig: { maxSize: 4 } },
    });

    wanted.capacityType = "SPOT";
    forgetCalls(small.home.awsState);
    expect(await changes(small)).toEqual({ same: 3, replace: 1 });
    expect(calls(small)).toEqual(["create gpu", "delete gpu"]);
    expect(groupOf(small).key).not.toBe(before);

    forgetCalls(small.home.awsState);
    expect((await stack.destroy()).summary.resourceChanges).toEqual({ delete: 4 });
    const order = calls(small);
    expect(order).toHaveLength(3);
    expect(order.indexOf("delete gpu")).toBeLessThan(order.indexOf("delete node"));
    expect(readState(small.home.awsState).resources).toEqual({});
  }, 120_000);

  it("sees what somebody changed behind its back, and puts it right", async () => {
    const small = await withExisting("drift");
    await small.stack.up();
    changeState(small.home.awsState, (state) => {
      for (const side of ["inputs", "state"] as const)
        Object.assign(state.resources[groupOf(small).key]?.[side].scalingConfig ?? {}, {
          maxSize: 9,
        });
    });
    expect((await small.stack.refresh()).summary.resourceChanges).toEqual({ same: 3, update: 1 });
    expect(await changes(small)).toEqual({ same: 3, update: 1 });
    expect(groupOf(small).inputs.scalingConfig).toMatchObject({ maxSize: 2 });

    changeState(small.home.awsState, (state) => {
      delete state.resources[groupOf(small).key];
    });
    expect((await small.stack.refresh()).summary.resourceChanges).toEqual({ same: 3, delete: 1 });
    expect(await changes(small)).toEqual({ same: 3, create: 1 });
  }, 120_000);

  it("keeps what was made when a later resource fails, and goes on from there", async () => {
    const small = await withExisting("fault");
    changeState(small.home.awsState, (state) => {
      state.faults.push({
        type: GROUP,
        method: "create",
        nth: 1,
        message: "InsufficientInstanceCapacity",
      });
    });
    await expect(small.stack.up()).rejects.toThrow("InsufficientInstanceCapacity");
    expect(calls(small).sort()).toEqual(["create adapters", "create node"]);
    expect(await changes(small)).toEqual({ same: 3, create: 1 });
    expect(calls(small)).toHaveLength(3);
  }, 120_000);

  it("keeps secrets out of the stored state", async () => {
    const small = await withExisting("secret");
    small.wanted.token = "hunter2";
    await small.stack.up();
    const file = join(small.home.folder, "state/.pulumi/stacks/secret/dev.json");
    const stored = readFileSync(file, "utf8");
    expect(stored).toContain("ciphertext");
    expect(stored).not.toContain("hunter2");
    expect(readFileSync(small.home.awsState, "utf8")).toContain("hunter2"); // the account did get it
  }, 120_000);

  it("renames a resource without touching it when the old name is its alias", async () => {
    const small = await withExisting("alias");
    await small.stack.up();
    Object.assign(small.wanted, { pool: "gpu-24gb", formerly: "gpu" });
    forgetCalls(small.home.awsState);
    expect(await changes(small)).toEqual({ same: 4 });
    expect(calls(small)).toEqual([]);
    delete small.wanted.formerly;
    small.wanted.pool = "renamed-without-alias";
    expect(await changes(small)).toEqual({ same: 3, create: 1, delete: 1 });
  }, 120_000);
});

describe("a resource with the option protect", () => {
  it("stops the preview that `pulumi destroy` begins with; without a preview the others are deleted", async () => {
    const small = await withExisting("protect");
    small.wanted.extra = () => {
      new aws.s3.Bucket("data", {}, { protect: true });
    };
    await small.stack.up();
    forgetCalls(small.home.awsState);
    const pulumi = pulumiCli(small.home, small.stack.workspace.workDir);
    const refused = await pulumi("destroy", "--yes", "--stack=dev");
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining("protected") });
    expect(calls(small)).toEqual([]);
    await expect(small.stack.destroy()).rejects.toThrow("protected"); // the Automation API skips the preview
    expect(calls(small)).toHaveLength(3);
  }, 120_000);
});

describe("what the stand-in account refuses", () => {
  it("stops a preview at an unknown type, property, value or type of value", async () => {
    const small = await withExisting("refused");
    const refuses = async (extra: () => void, reason: string | RegExp) => {
      small.wanted.extra = extra;
      await expect(small.stack.preview()).rejects.toThrow(reason);
    };
    const loose = (args: object) => new aws.ec2.Vpc("v", args as aws.ec2.VpcArgs);
    await refuses(() => {
      new Anything("aws:eks/nodeGroupp:NodeGroup", "x", {});
    }, "@pulumi/aws 7.48.0 has no resource type aws:eks/nodeGroupp:NodeGroup");
    await refuses(() => {
      new Anything("aws:ec2/vpc:Vpc", "x", { cidrBlok: "10.0.0.0/16" });
    }, "@pulumi/aws 7.48.0 has no property cidrBlok");
    await refuses(() => void loose({ cidrBlock: 10 }), "cidrBlock needs a string, got number 10");
    small.wanted.capacityType = "CHEAP";
    await refuses(() => {}, 'capacityType is string "CHEAP", not one of ON_DEMAND, SPOT');
  }, 120_000);

  it("refuses what exceeds a quota, what names nothing, and to delete what is in use or protected", async () => {
    const small = await withExisting("limits");
    changeState(small.home.awsState, (state) => {
      state.quotas[GROUP] = 0; // the bucket beside it may be made or not
    });
    await expect(small.stack.up()).rejects.toThrow(
      "LimitExceeded: the account may have 0 of aws:eks/nodeGroup:NodeGroup",
    );
    changeState(small.home.awsState, (state) =>
      Object.assign(state, { quotas: {}, external: ["existing"] }),
    );
    await expect(small.stack.up()).rejects.toThrow("names subnetIds subnet-existing");
    changeState(small.home.awsState, (state) => {
      state.external.push("subnet-existing");
    });
    small.wanted.extra = () => {
      new aws.eks.Cluster("guarded", {
        roleArn: "arn:aws:iam::111122223333:role/eks",
        deletionProtection: true,
        vpcConfig: { subnetIds: ["subnet-existing"] },
      });
    };
    await small.stack.up();
    await expect(small.stack.destroy()).rejects.toThrow("its deletionProtection is on");
    expect(Object.keys(readState(small.home.awsState).resources)).toHaveLength(1);
  }, 120_000);
});
