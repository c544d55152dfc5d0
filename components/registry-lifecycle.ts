import type * as aws from "@pulumi/aws";
import { CHECKPOINT_LIFECYCLE, OBJECT_TAGS } from "../core/labels.ts";

export interface LifecycleDays {
  checkpointDays: number;
  noncurrentDays: number;
  keptVersions: number;
}

/**
 * What goes by itself: broken uploads, checkpoints by their tag, older versions. No rule expires the current version of
 * anything that is written once; a deleted adapter is gone for good when its older version is.
 */
export const lifecycleRules = ({
  checkpointDays,
  noncurrentDays,
  keptVersions,
}: LifecycleDays): aws.types.input.s3.BucketLifecycleConfigurationRule[] => [
  {
    id: "broken-uploads",
    status: "Enabled",
    filter: { prefix: "" },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 3 },
  },
  {
    id: "checkpoints",
    status: "Enabled",
    filter: {
      and: { prefix: "runs/", tags: { [OBJECT_TAGS.lifecycle]: CHECKPOINT_LIFECYCLE } },
    },
    expiration: { days: checkpointDays },
  },
  // Aliases move often, and their past is the way back: the newest stay whatever their age.
  {
    id: "older-aliases-and-versions",
    status: "Enabled",
    filter: { prefix: "adapters/" },
    noncurrentVersionExpiration: { noncurrentDays, newerNoncurrentVersions: keptVersions },
  },
  {
    id: "older-budgets",
    status: "Enabled",
    filter: { prefix: "budgets/" },
    noncurrentVersionExpiration: { noncurrentDays, newerNoncurrentVersions: keptVersions },
  },
  // Deleted adapters and checkpoints are the large ones, and nobody goes back to them.
  {
    id: "older-runs",
    status: "Enabled",
    filter: { prefix: "runs/" },
    noncurrentVersionExpiration: { noncurrentDays },
    expiration: { expiredObjectDeleteMarker: true },
  },
];
