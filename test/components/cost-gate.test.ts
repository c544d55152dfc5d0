import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CostGate, TUNEKIT_CHART } from "../../components/cost-gate.ts";
import { CostGateArgs } from "../../components/cost-gate-args.ts";
import { TunekitChartValues } from "../../components/tunekit-chart-values.ts";
import { KUEUE_USER, RUN_SERVICE_ACCOUNT } from "../../core/labels.ts";
import { parseSpec } from "../../core/spec/parse.ts";
import { PlatformConfig } from "../../core/spec/platform-config.ts";
import { registered } from "../support/pulumi-mocks.ts";

const PLATFORM: CostGateArgs["platform"] = {
  kind: "PlatformConfig",
  tiers: ["gpu-24gb", "a100-40"],
  teams: [{ name: "research", monthlyBudget: "500 USD" }],
};
const values = parse(readFileSync(join(TUNEKIT_CHART, "values.yaml"), "utf8"));

describe("the chart's values", () => {
  it("are in values.yaml as the schema has them", () => {
    expect(values).toEqual(TunekitChartValues.parse({}));
  });

  it("name Kueue's account and the account of runs as the rest of the kit does", () => {
    expect(values.policies).toMatchObject({
      jobStarter: KUEUE_USER,
      runServiceAccount: RUN_SERVICE_ACCOUNT,
    });
  });
});

describe("the cost gate", () => {
  it("writes the PlatformConfig in the form that is read back as the same", async () => {
    const resources = await registered(() => new CostGate("gate", { platform: PLATFORM }));
    const config = resources.find(({ name }) => name === "gate-platform");
    expect(config?.inputs.metadata).toEqual({
      name: "tunekit-platform",
      namespace: "tunekit-system",
    });
    const data = config?.inputs.data as Record<string, string>;
    const written = parse(data["platform.yaml"] as string);
    expect(written.teams[0].monthlyBudget).toBe("500.000000 USD");
    expect(parseSpec(PlatformConfig, written)).toEqual(parseSpec(PlatformConfig, PLATFORM));
  });

  it("installs the chart of this repository with every value spelled out", async () => {
    const args = { platform: PLATFORM, values: { policies: { action: "Warn" as const } } };
    const resources = await registered(() => new CostGate("gate", args));
    const release = resources.find(({ type }) => type === "kubernetes:helm.sh/v3:Release");
    expect(release?.inputs).toMatchObject({
      name: "tunekit",
      chart: "./charts/tunekit",
      namespace: "tunekit-system",
      values: { ...values, policies: { ...values.policies, action: "Warn" } },
    });
  });

  it("refuses a controller without an image, and an image without a digest", () => {
    const withController = (controller: object) => () =>
      parseSpec(CostGateArgs, { platform: PLATFORM, values: { controller } });
    expect(withController({ enabled: true })).toThrow(
      expect.objectContaining({
        code: "ImageMissing",
        path: "values.controller.image",
        fix: 'name an image by digest, "registry/name@sha256:…", or leave controller.enabled out',
      }),
    );
    expect(withController({ enabled: true, image: "gate:latest" })).toThrow(
      expect.objectContaining({ path: "values.controller.image" }),
    );
    expect(withController({ enabled: true, image: `gate@sha256:${"a".repeat(64)}` })).not.toThrow();
  });
});
