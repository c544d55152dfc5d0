import type * as aws from "@pulumi/aws";

/** IMDSv2 only, and no pod within reach of the node's credentials. */
export const NODE_METADATA = {
  httpEndpoint: "enabled",
  httpTokens: "required",
  httpPutResponseHopLimit: 1,
} as const;

/** The device that AL2023 boots from. */
export const ROOT_DEVICE = "/dev/xvda";

/** An encrypted gp3 root volume. EC2's template takes the two flags as text. */
export const rootVolume = (
  diskGiB: number,
  kmsKeyId: string | undefined,
): aws.types.input.ec2.LaunchTemplateBlockDeviceMapping => ({
  deviceName: ROOT_DEVICE,
  ebs: {
    volumeType: "gp3",
    volumeSize: diskGiB,
    encrypted: "true",
    deleteOnTermination: "true",
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
  },
});

/** Tags of what a template starts; EC2 hands the template's own on to nothing. */
export const startedTags = (
  tags: Readonly<Record<string, string>>,
): aws.types.input.ec2.LaunchTemplateTagSpecification[] =>
  ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags }));
