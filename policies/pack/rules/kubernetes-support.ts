import { STANDARD_SUPPORT_ENDS } from "../../../components/eks-versions.ts";
import { cannotTell, type ResourceRule, UNKNOWN, valueAt } from "./rule.ts";

const DAY = 86_400_000;

/** Last day of standard support. A version whose date nobody has published ends no earlier than the one before it. */
function supportEnds(version: string): string | undefined {
  const versions = Object.entries(STANDARD_SUPPORT_ENDS);
  const index = versions.findIndex(([known]) => known === version);
  if (index < 0) return undefined;
  return versions
    .slice(0, index + 1)
    .map(([, end]) => end)
    .findLast((end) => end !== null) as string | undefined;
}

export const kubernetesSupport: ResourceRule = {
  name: "kubernetes-in-standard-support",
  description: "A cluster runs a version of Kubernetes in standard support, and stays there.",
  fix: "set version to one in standard support, and upgradePolicy.supportType to STANDARD",
  check({ type, props }, { now, minSupportDays }) {
    if (type !== "aws:eks/cluster:Cluster") return [];
    return [...versionProblems(props.version, now, minSupportDays), ...policyProblems(props)];
  },
};

function versionProblems(version: unknown, now: string, minSupportDays: number): string[] {
  if (version === UNKNOWN) return [cannotTell("the version of Kubernetes")];
  if (version === undefined) return ["the cluster names no version of Kubernetes"];
  const end = supportEnds(String(version));
  if (end === undefined) return [`nobody has tried this kit with Kubernetes ${version}`];
  const days = Math.floor((Date.parse(end) - Date.parse(now)) / DAY);
  if (days >= minSupportDays) return [];
  return [
    days < 0
      ? `standard support of Kubernetes ${version} ended ${end}, extended support costs six times as much`
      : `standard support of Kubernetes ${version} ends ${end}, in ${days} days; ${minSupportDays} are asked for`,
  ];
}

function policyProblems(props: Readonly<Record<string, unknown>>): string[] {
  const support = valueAt(props, "upgradePolicy", "supportType");
  if (support === UNKNOWN) return [cannotTell("the support type")];
  return support === "STANDARD"
    ? []
    : [
        "the cluster slips into extended support, which EKS bills on its own, when its version is old",
      ];
}
