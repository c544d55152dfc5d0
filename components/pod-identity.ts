import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Who may take the role: EKS Pod Identity, for the service accounts that an association names. */
export const POD_IDENTITY_TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    },
  ],
});

export interface PodRoleArgs {
  /** ARNs of managed policies, by a word for the name. */
  managed?: Readonly<Record<string, string>>;
  /** An own policy document in JSON. */
  policy?: pulumi.Input<string>;
  tags: Readonly<Record<string, string>>;
}

/** A role for pods, with what it may do. */
export function podRole(
  name: string,
  { managed = {}, policy, tags }: PodRoleArgs,
  opts: pulumi.CustomResourceOptions,
): aws.iam.Role {
  const role = new aws.iam.Role(name, { assumeRolePolicy: POD_IDENTITY_TRUST, tags }, opts);
  for (const [word, policyArn] of Object.entries(managed)) {
    new aws.iam.RolePolicyAttachment(`${name}-${word}`, { role: role.name, policyArn }, opts);
  }
  if (policy !== undefined) {
    new aws.iam.RolePolicy(`${name}-policy`, { role: role.name, policy }, opts);
  }
  return role;
}
