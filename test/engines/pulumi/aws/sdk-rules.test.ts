import { beforeAll, describe, expect, it } from "vitest";
import { UNKNOWN } from "../property-value.ts";
import { checkProperties } from "./check-properties.ts";
import { callFunction } from "./functions.ts";
import { outputsFor } from "./outputs.ts";
import { REPLACE_ROWS } from "./replace-on-change.ts";
import { ensureRules, loadRules } from "./rules-file.ts";
import type { AwsRules, Properties } from "./shape.ts";
import { emptyState } from "./store.ts";

let rules: AwsRules;
beforeAll(() => {
  rules = loadRules(ensureRules());
}, 60_000);

const account = { id: "111122223333", region: "us-east-1", defaultTags: { app: "tunekit" } };
const problems = (type: string, given: Record<string, never>) =>
  checkProperties(rules, rules.resources[type]?.inputs ?? {}, given).map(({ reason }) => reason);

/** Follows a path through nested objects. */
function exists(properties: Properties | undefined, [key = "", ...rest]: string[]): boolean {
  const shape = properties?.[key]?.shape;
  if (!shape || rest.length === 0) return shape !== undefined;
  return (
    typeof shape === "object" && "object" in shape && exists(rules.objects[shape.object], rest)
  );
}

describe("rules read from the SDK", () => {
  it("know every resource and function of the pinned version", () => {
    expect({
      version: rules.version,
      resources: Object.keys(rules.resources).length,
      functions: Object.keys(rules.functions).length,
    }).toEqual({ version: "7.48.0", resources: 1738, functions: 686 });
  });

  it("know what is required, of which type, which values a list allows, what is filled in, what replaces", () => {
    const group = rules.resources["aws:eks/nodeGroup:NodeGroup"];
    expect(
      Object.entries(group?.inputs ?? {})
        .filter(([, rule]) => rule.required)
        .map(([key]) => key),
    ).toEqual(["clusterName", "nodeRoleArn", "scalingConfig", "subnetIds"]);
    expect(group?.inputs.taints).toEqual({
      shape: { array: { object: "inputs.eks.NodeGroupTaint" } },
    });
    expect(rules.objects["inputs.eks.NodeGroupTaint"]?.effect).toEqual({
      shape: "string",
      required: true,
      values: ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"],
    });
    expect(group?.outputs.arn).toEqual({ shape: "string", always: true });
    expect(group?.outputs.labels).not.toHaveProperty("always");
    expect(group?.named).toBe("nodeGroupName");
    expect(rules.enums["enums.s3.CannedAcl"]).toContain("public-read");
    expect(
      rules.resources["aws:eks/cluster:Cluster"]?.inputs.bootstrapSelfManagedAddons?.replaces,
    ).toBe(true);
  });

  it("have a row of replacing properties only for types and properties that exist", () => {
    const missing = Object.entries(REPLACE_ROWS).flatMap(([type, paths]) =>
      paths
        .filter((path) => !exists(rules.resources[type]?.inputs, path.split(".")))
        .map((path) => `${type} ${path}`),
    );
    expect(missing).toEqual([]);
  });
});

describe("a check of inputs", () => {
  it("names each problem with its path", () => {
    const given = {
      clusterName: "c",
      nodeRoleArn: "r",
      subnetIds: "subnet-1",
      scalingConfig: { minSize: 0, maxSize: "2", desiredSize: 0 },
      taints: [{ key: "k", effect: "NoSchedule" }],
      diskSise: 50,
    };
    expect(problems("aws:eks/nodeGroup:NodeGroup", given as never)).toEqual([
      'subnetIds needs a list, got string "subnet-1"',
      'scalingConfig.maxSize needs a number, got string "2"',
      'taints[0].effect is string "NoSchedule", not one of NO_SCHEDULE, NO_EXECUTE, PREFER_NO_SCHEDULE',
      "@pulumi/aws 7.48.0 has no property diskSise",
    ]);
    expect(problems("aws:ec2/subnet:Subnet", {})).toEqual([
      "the required property vpcId is missing",
    ]);
  });

  it("lets unknown values and the documented extra values pass", () => {
    const given = {
      clusterName: UNKNOWN,
      nodeRoleArn: UNKNOWN,
      subnetIds: [UNKNOWN],
      scalingConfig: { minSize: 0, maxSize: 1, desiredSize: 0 },
      capacityType: "CAPACITY_BLOCK",
    };
    expect(problems("aws:eks/nodeGroup:NodeGroup", given as never)).toEqual([]);
  });
});

describe("outputs", () => {
  const made = {
    type: "aws:eks/cluster:Cluster",
    inputs: { name: "dev", roleArn: "r", vpcConfig: { subnetIds: ["s"] }, tags: { team: "a" } },
    id: "dev",
    seed: "seed",
    account,
  };

  it("are unknown in a preview where only AWS can know them, also inside of what was given", () => {
    const state = outputsFor(rules, made, true);
    expect(state).toMatchObject({
      arn: UNKNOWN,
      endpoint: UNKNOWN,
      name: "dev",
      region: "us-east-1",
    });
    expect(state.vpcConfig).toMatchObject({ subnetIds: ["s"], clusterSecurityGroupId: UNKNOWN });
    expect(state.tagsAll).toEqual({ app: "tunekit", team: "a" });
  });

  it("have the form that AWS gives them, and stay over an update", () => {
    const state = outputsFor(rules, made, false);
    expect(state.arn).toBe("arn:aws:eks:us-east-1:111122223333:cluster/dev");
    expect(state.vpcConfig).toMatchObject({
      clusterSecurityGroupId: expect.stringMatching(/^sg-0/),
    });
    const inputs = { ...made.inputs, version: "1.36" };
    const before = { inputs: made.inputs, state };
    const after = outputsFor(rules, { ...made, inputs, seed: "other" }, false, before);
    expect(after).toEqual({ ...state, version: "1.36" });
  });
});

describe("functions", () => {
  const call = (token: string, args = {}, answers = {}) =>
    callFunction(rules, token, args, account, { ...emptyState(), answers });

  it("answer from the table or from the test's account, and are refused otherwise", () => {
    expect(call("aws:index/getCallerIdentity:getCallerIdentity")).toMatchObject({
      accountId: "111122223333",
    });
    expect(() => call("aws:ec2/getVpc:getVpc")).toThrow("no answer for aws:ec2/getVpc:getVpc");
    expect(() => call("aws:ec2/getVcp:getVcp")).toThrow("has no function");
    expect(() => call("aws:index/getRegion:getRegion", { regoin: "x" })).toThrow(
      "no property regoin",
    );
    expect(() =>
      call("aws:ec2/getVpc:getVpc", {}, { "aws:ec2/getVpc:getVpc": { id: "vpc-1" } }),
    ).toThrow(/lacks \w+, which its type promises/);
  });
});
