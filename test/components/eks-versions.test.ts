import { describe, expect, it } from "vitest";
import { DEFAULT_KUBERNETES_VERSION, supportNotice } from "../../components/eks-versions.ts";

describe("support of a Kubernetes version", () => {
  it("is not worth a word while it lasts half a year", () => {
    expect(supportNotice("1.35", "2026-09-27T00:00:00Z")).toBeUndefined();
  });

  it("is told with date, days and way out from half a year before its end", () => {
    expect(supportNotice("1.35", "2026-11-24T12:00:00Z")).toBe(
      "standard support of Kubernetes 1.35 on EKS ends 2027-03-27, in 122 days, and AWS then upgrades the cluster on its own: set cluster.version to 1.36 before that",
    );
    expect(supportNotice("1.35", "2027-04-01T00:00:00Z")).toContain("ended 2027-03-27");
  });

  it("is never taken for granted where its end is not known", () => {
    expect(supportNotice("1.36", "2026-11-24T12:00:00Z")).toContain("is not known here");
  });

  it("of the default version is known", () => {
    expect(supportNotice(DEFAULT_KUBERNETES_VERSION, "2028-01-01T00:00:00Z")).toContain("ended");
  });
});
