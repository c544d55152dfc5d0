import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * What every node may do and no more: join the cluster and pull images. The network add-on has a role of its own, so a pod
 * that reached the node's credentials could not touch network interfaces.
 */
const NODE_POLICIES = {
  worker: "AmazonEKSWorkerNodePolicy",
  registry: "AmazonEC2ContainerRegistryPullOnly",
} as const;

export function nodeRole(
  name: string,
  tags: Readonly<Record<string, string>>,
  opts: pulumi.CustomResourceOptions,
): { role: aws.iam.Role; policies: aws.iam.RolePolicyAttachment[] } {
  const role = new aws.iam.Role(
    name,
    {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "ec2.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ],
      }),
      tags,
    },
    opts,
  );
  const policies = Object.entries(NODE_POLICIES).map(
    ([word, policy]) =>
      new aws.iam.RolePolicyAttachment(
        `${name}-${word}`,
        { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
        opts,
      ),
  );
  return { role, policies };
}
