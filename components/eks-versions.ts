import { z } from "zod";

/**
 * Minor versions of Kubernetes on EKS and the last day of their standard support. Beyond it a cluster costs several times
 * as much, or is upgraded by AWS on its own. Dates: endoflife.date/amazon-eks and the EKS user guide, November 2026.
 */
export const STANDARD_SUPPORT_ENDS = {
  "1.31": "2025-11-26",
  "1.32": "2026-03-23",
  "1.33": "2026-07-29",
  "1.34": "2026-12-02",
  "1.35": "2027-03-27",
  /** Offered by EKS; no source for the date was found. */
  "1.36": null,
} as const satisfies Record<string, string | null>;

/** What this kit makes clusters of: its charts and policies were tried with these. */
export const KUBERNETES_VERSIONS = ["1.35", "1.36"] as const;
export const DEFAULT_KUBERNETES_VERSION = "1.35";

const ends = (version: string): string | null | undefined =>
  (STANDARD_SUPPORT_ENDS as Record<string, string | null>)[version];

export const KubernetesVersion = z
  .string()
  .default(DEFAULT_KUBERNETES_VERSION)
  .superRefine((version, context) => {
    if ((KUBERNETES_VERSIONS as readonly string[]).includes(version)) return;
    const end = ends(version);
    context.addIssue({
      code: "custom",
      message: end
        ? `cannot be ${version}: its standard support on EKS ends ${end}`
        : `cannot be ${version}: this kit was not tried with it`,
      params: {
        code: "UnsupportedKubernetes",
        fix: `write ${KUBERNETES_VERSIONS.join(" or ")}; leave it out for ${DEFAULT_KUBERNETES_VERSION}`,
      },
    });
  })
  .transform((version) => version as (typeof KUBERNETES_VERSIONS)[number])
  .describe('a version of Kubernetes such as "1.35"');
