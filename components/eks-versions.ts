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

/** Half a year: enough to try an upgrade and to be done with it. */
const NOTICE_DAYS = 180;
const DAY_MS = 86_400_000;

/**
 * What somebody should know of a version's support, or undefined while it is long.
 * @param now ISO instant
 */
export function supportNotice(
  version: (typeof KUBERNETES_VERSIONS)[number],
  now: string,
): string | undefined {
  const end = STANDARD_SUPPORT_ENDS[version];
  if (end === null) {
    return `when standard support of Kubernetes ${version} on EKS ends is not known here: look it up, because AWS upgrades the cluster on its own at that date`;
  }
  const days = Math.floor((Date.parse(end) - Date.parse(now)) / DAY_MS);
  if (days > NOTICE_DAYS) return undefined;
  const next = KUBERNETES_VERSIONS[KUBERNETES_VERSIONS.indexOf(version) + 1];
  const way = next ? `set cluster.version to ${next} before` : "plan the next version before";
  return days < 0
    ? `standard support of Kubernetes ${version} on EKS ended ${end}, and AWS may upgrade the cluster on its own at any time: ${way} it does`
    : `standard support of Kubernetes ${version} on EKS ends ${end}, in ${days} days, and AWS then upgrades the cluster on its own: ${way} that`;
}

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
