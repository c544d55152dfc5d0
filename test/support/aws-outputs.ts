import * as pulumi from "@pulumi/pulumi";
import type { Registered } from "./pulumi-mocks.ts";

/** What AWS would answer with, as far as a component reads it: `outputs` of `registered`. */
export function awsOutputs({ type, name, inputs }: Registered): Record<string, unknown> {
  const arn = { arn: `arn:aws:test:eu-central-1:123456789012:${name}` };
  switch (type) {
    case "aws:eks/cluster:Cluster":
      return {
        ...arn,
        endpoint: "https://cluster.example",
        certificateAuthority: { data: "Q0E=" },
        vpcConfig: { ...(inputs.vpcConfig as object), clusterSecurityGroupId: "sg-cluster" },
      };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { ...arn, latestVersion: 7 };
    case "aws:sqs/queue:Queue":
      return { ...arn, name, url: `https://sqs.example/${name}` };
    case "aws:s3/bucket:Bucket":
      return { arn: `arn:aws:s3:::${name}`, bucket: (inputs.bucket as string) ?? name };
    case "aws:iam/role:Role":
      return { arn: `arn:aws:iam::123456789012:role/${name}`, name };
    case "aws:budgets/budget:Budget":
      return { ...arn, name };
    default:
      return arn;
  }
}

/** Options of each resource by name, which the mocks do not show. Call it first in the program. */
export function recordOptions(): Map<string, pulumi.CustomResourceOptions> {
  const options = new Map<string, pulumi.CustomResourceOptions>();
  pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
    options.set(`${type} ${name}`, opts);
    return undefined;
  });
  return options;
}

/** The one resource of a type, or the one of that name among several. */
export function only(
  resources: readonly Registered[],
  type: string,
  name?: string,
): Record<string, unknown> {
  const found = resources.filter(
    (each) => each.type === type && (name === undefined || each.name === name),
  );
  if (found.length !== 1 || !found[0]) {
    throw new Error(
      `${found.length} of ${type} ${name ?? ""}: ${resources.map((r) => `${r.type} ${r.name}`).join(", ")}`,
    );
  }
  return found[0].inputs;
}

export const ofType = (resources: readonly Registered[], type: string): Registered[] =>
  resources.filter((each) => each.type === type);
