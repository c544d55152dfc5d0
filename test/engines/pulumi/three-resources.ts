import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { onTestFinished } from "vitest";
import { enginesFolder } from "../build/engines-folder.ts";
import { inlineStack } from "./inline-stack.ts";
import { type PulumiHome, pulumiHome } from "./pulumi-home.ts";

/** What the program of these tests wants; a test changes it between two commands. */
export interface Wanted {
  maxSize: number;
  capacityType: string;
  /** Name of the node group's resource; `formerly` is declared as its alias. */
  pool: string;
  formerly?: string;
  token?: string;
  extra?: () => void;
}

export interface SmallStack {
  stack: Stack;
  wanted: Wanted;
  home: PulumiHome;
}

export const BUCKET = "aws:s3/bucket:Bucket";
export const GROUP = "aws:eks/nodeGroup:NodeGroup";

/** A bucket, a role and a node group that needs the role, in a home of the test's own. */
export async function smallStack(project: string): Promise<SmallStack> {
  const home = pulumiHome({ bin: enginesFolder() });
  onTestFinished(home.remove);
  const wanted: Wanted = { maxSize: 2, capacityType: "ON_DEMAND", pool: "gpu" };
  const stack = await inlineStack(home, project, async () => {
    const bucket = new aws.s3.Bucket("adapters", { tags: { team: "search" } });
    const role = new aws.iam.Role("node", { assumeRolePolicy: "{}" });
    const aliases = wanted.formerly === undefined ? [] : [{ name: wanted.formerly }];
    const group = new aws.eks.NodeGroup(
      wanted.pool,
      {
        clusterName: "existing",
        nodeRoleArn: role.arn,
        subnetIds: ["subnet-existing"],
        capacityType: wanted.capacityType,
        scalingConfig: { minSize: 0, desiredSize: 0, maxSize: wanted.maxSize },
        labels: wanted.token === undefined ? {} : { token: pulumi.secret(wanted.token) },
      },
      { aliases },
    );
    wanted.extra?.();
    return { bucket: bucket.arn, group: group.arn };
  });
  return { stack, wanted, home };
}
