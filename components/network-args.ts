import { z } from "zod";
import { INTERFACE_ENDPOINTS } from "../core/platform/cluster-config.ts";
import { Cidr, MadeText, Tags, Zone } from "./component-args.ts";

/** A network of the subnets' owner: nothing is created. */
const ExistingNetwork = z.strictObject({
  vpcId: MadeText,
  /** Private subnet by zone, at least two: `{eu-central-1a: subnet-…, eu-central-1b: subnet-…}`. */
  privateSubnets: z.record(Zone, MadeText),
});

export const NetworkArgs = z
  .strictObject({
    /** Region of the endpoints, such as `eu-central-1`. */
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
    /** Use this network and create nothing. @default none, a network is created */
    existing: ExistingNetwork.optional(),
    /** Range of the network, /16 to /20. @default "10.64.0.0/16" */
    cidr: Cidr.default("10.64.0.0/16"),
    /** Two to four zones. Those of reserved capacity must be among them. Not used with `existing`. */
    zones: z.array(Zone).min(2).max(4).optional(),
    /**
     * How private subnets reach the internet. `none`: not at all; every image must then come from ECR, and all interface
     * endpoints are made. @default "one"
     */
    nat: z.enum(["none", "one", "per-zone"]).default("one"),
    /**
     * AWS services that are reached without the internet, beside S3, which always is. @default ECR, STS, KMS and EKS Pod
     * Identity; with `nat: none` all of them
     */
    endpoints: z.array(z.enum(INTERFACE_ENDPOINTS)).optional(),
    /** @default {} */
    tags: Tags,
  })
  .superRefine(({ existing, zones }, context) => {
    const known = existing ? Object.keys(existing.privateSubnets) : (zones ?? []);
    if (new Set(known).size >= 2) return;
    context.addIssue({
      code: "custom",
      path: existing ? ["existing", "privateSubnets"] : ["zones"],
      message: "must have two zones or more: EKS refuses fewer",
      params: {
        code: "TooFewZones",
        fix: "name two zones of the region, those of reserved capacity among them",
      },
    });
  });
/** What a caller writes. */
export type NetworkArgs = z.input<typeof NetworkArgs>;
