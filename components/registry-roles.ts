import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AdapterRegistrySettings } from "./adapter-registry-args.ts";
import { costTags } from "./cost-tags.ts";
import { podRole } from "./pod-identity.ts";
import { registryRolePolicy } from "./registry-policies.ts";
import {
  dataScientistRights,
  REGISTRY_ROLES,
  type RegistryRole,
  RIGHTS,
  type Rights,
} from "./registry-rights.ts";

interface RegistryPlace {
  bucketArn: pulumi.Output<string>;
  kmsKeyArn: pulumi.Output<string>;
}

const policyOf = ({ bucketArn, kmsKeyArn }: RegistryPlace, rights: Rights) =>
  pulumi
    .all([bucketArn, kmsKeyArn])
    .apply(([bucket, key]) => JSON.stringify(registryRolePolicy(bucket, key, rights)));

/** A role for each kind of pod, and an association for each of its service accounts; never one for a run. */
export function createPodRoles(
  name: string,
  settings: AdapterRegistrySettings,
  place: RegistryPlace,
  parent: pulumi.Resource,
): Record<RegistryRole, aws.iam.Role> {
  const { accounts, clusterName, objectLock, tags } = settings;
  return Object.fromEntries(
    REGISTRY_ROLES.map((word) => {
      const roleTags = costTags(`${name}-${word}`, tags);
      const rights = { ...RIGHTS[word], mayLock: objectLock && word === "controller" };
      const role = podRole(
        `${name}-${word}`,
        { policy: policyOf(place, rights), tags: roleTags },
        { parent },
      );
      for (const account of clusterName === undefined ? [] : accounts[word]) {
        new aws.eks.PodIdentityAssociation(
          `${name}-${word}-${account.namespace}-${account.name}`,
          {
            clusterName: clusterName as pulumi.Input<string>,
            namespace: account.namespace,
            serviceAccount: account.name,
            roleArn: role.arn,
            tags: roleTags,
          },
          { parent },
        );
      }
      return [word, role];
    }),
  ) as Record<RegistryRole, aws.iam.Role>;
}

/** A role for the people of each team, which they take with their own sign-in. */
export function createTeamRoles(
  name: string,
  settings: AdapterRegistrySettings,
  place: RegistryPlace,
  parent: pulumi.Resource,
): Record<string, aws.iam.Role> {
  return Object.fromEntries(
    settings.dataScientists.map(({ team, principals }) => {
      const role = new aws.iam.Role(
        `${name}-team-${team}`,
        {
          assumeRolePolicy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              { Effect: "Allow", Principal: { AWS: principals }, Action: "sts:AssumeRole" },
            ],
          }),
          tags: costTags(`${name}-team-${team}`, settings.tags),
        },
        { parent },
      );
      new aws.iam.RolePolicy(
        `${name}-team-${team}`,
        { role: role.name, policy: policyOf(place, dataScientistRights(team)) },
        { parent },
      );
      return [team, role];
    }),
  );
}
