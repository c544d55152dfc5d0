/** The three stacks of this repository, by the plain `pulumi` command on the real engine. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { enginesFolder } from "../build/engines-folder.ts";
import { type Call, rawClient } from "../cluster/raw-client.ts";
import { type Cluster, startCluster } from "../cluster/start-cluster.ts";
import { forgetCalls, readCalls, readState } from "./aws/store.ts";
import { createKarpenterKinds } from "./kubernetes/karpenter-definitions.ts";
import { linkedProject, type PulumiCli, pulumiCli } from "./pulumi-cli.ts";
import { type PulumiHome, pulumiHome } from "./pulumi-home.ts";

const ROOT = join(import.meta.dirname, "../../..");

let cluster: Cluster;
let home: PulumiHome;
let project: string;
let pulumi: PulumiCli;
let admin: Call;

/** A cluster of its own: the platform's admission policies hold for all of it. */
beforeAll(async () => {
  cluster = await startCluster({ engines: enginesFolder(), kueue: true });
  admin = rawClient(cluster.kubeconfig("admin"));
  await createKarpenterKinds(admin);
  home = pulumiHome({ bin: enginesFolder(), kubeconfig: cluster.kubeconfig("admin") });
  project = linkedProject(home);
  pulumi = pulumiCli(home, project);
}, 120_000);
afterAll(async () => {
  home?.remove();
  await cluster?.stop();
});

const run = async (...args: string[]) => {
  const result = await pulumi(...args);
  if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")}: ${result.text}`);
  return result;
};

/** `{ create: 12 }` out of the last summary of a run's output: "+ 12 to create" or "+ 12 created". */
function summary(text: string): Record<string, number> {
  const last = text.slice(text.lastIndexOf("Resources:"));
  const counts = [...last.matchAll(/^\s+[-+~=]* ?(\d+) (?:to )?(\w+)/gm)];
  return Object.fromEntries(counts.map(([, count, verb]) => [verb, Number(count)]));
}

/** What `tunekit platform policy` tells the pack of a stack. */
function toldPack(stack: string, change: (told: Record<string, PackSettings>) => void): string {
  const cli = join(ROOT, "cli/tunekit.mjs");
  const args = [cli, "platform", "policy", `--stack=${stack}`, "--json"];
  const told = JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" }));
  change(told);
  const file = join(home.folder, "told.json");
  writeFileSync(file, JSON.stringify(told));
  return file;
}

type PackSettings = { ceilingUsdPerMonth?: number };
type Settings = { config: Record<string, Record<string, unknown>[]> };

function changeSettings(stack: string, change: (config: Settings["config"]) => void): void {
  const file = join(project, `settings/Pulumi.${stack}.yaml`);
  const settings: Settings = parse(readFileSync(file, "utf8"));
  change(settings.config);
  writeFileSync(file, stringify(settings));
}

describe("the stacks of this repository", { timeout: 300_000 }, () => {
  it.each(["dev", "prod", "onprem"])("previews %s from nothing", async (stack) => {
    await run("stack", "init", stack);
    const { text, seconds } = await run("preview", `--stack=${stack}`);
    console.log(`preview of ${stack}: ${seconds.toFixed(1)} s, ${JSON.stringify(summary(text))}`);
    expect(summary(text).create).toBeGreaterThan(10);
    expect(readState(home.awsState).resources).toEqual({});
  });

  it("lets the policy pack pass dev, and stop it under a ceiling that it exceeds", async () => {
    const preview = (told: string) =>
      pulumi(
        "preview",
        "--stack=dev",
        `--policy-pack=${join(ROOT, "policies/pack")}`,
        `--policy-pack-config=${told}`,
      );
    const passed = await preview(toldPack("dev", () => {}));
    expect(passed).toMatchObject({ code: 0, text: expect.not.stringContaining("[mandatory]") });
    console.log(`preview of dev with the policy pack: ${passed.seconds.toFixed(1)} s`);
    const lowered = toldPack("dev", (told) => {
      for (const settings of Object.values(told))
        if (settings.ceilingUsdPerMonth !== undefined) settings.ceilingUsdPerMonth = 1000;
    });
    expect(await preview(lowered)).toMatchObject({
      code: 1,
      text: expect.stringContaining("[mandatory]"),
    });
  });

  it("makes dev, and a second up changes nothing", async () => {
    const up = await run("up", "--yes", "--skip-preview", "--stack=dev");
    console.log(`up of dev: ${up.seconds.toFixed(1)} s, ${JSON.stringify(summary(up.text))}`);
    const again = await run("up", "--yes", "--skip-preview", "--stack=dev", "--expect-no-changes");
    expect(Object.keys(summary(again.text))).toEqual(["unchanged"]);
    const seen = await run("refresh", "--yes", "--stack=dev", "--expect-no-changes");
    expect(Object.keys(summary(seen.text))).toEqual(["unchanged"]);
  });

  it("adds a tier without changing what is there but the queues", async () => {
    changeSettings("dev", (config) => {
      config["tunekit:pools"]?.push({ tier: "gpu-48gb", maxGpus: 2 });
    });
    forgetCalls(home.awsState);
    const { text } = await run("up", "--yes", "--skip-preview", "--stack=dev");
    expect(summary(text).deleted).toBeUndefined();
    expect(summary(text).replaced).toBeUndefined();
    expect(await admin("GET", "/apis/karpenter.sh/v1/nodepools")).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({
          metadata: expect.objectContaining({ name: "gpu-48gb-on-demand" }),
        }),
      ]),
    });
  });

  it("changes a pool's size in place", async () => {
    changeSettings("dev", (config) => {
      Object.assign(config["tunekit:pools"]?.[0] ?? {}, { maxGpus: 6 });
    });
    const { text } = await run("up", "--yes", "--skip-preview", "--stack=dev");
    expect(summary(text).replaced).toBeUndefined();
    expect(await admin("GET", "/apis/karpenter.sh/v1/nodepools/gpu-24gb-spot")).toMatchObject({
      spec: { limits: { "nvidia.com/gpu": "6" } },
    });
  });

  it("destroys dev: what is in the cluster first, then the cluster, then the network", async () => {
    forgetCalls(home.awsState);
    const { seconds } = await run("destroy", "--yes", "--stack=dev");
    console.log(`destroy of dev: ${seconds.toFixed(1)} s`);
    expect(readState(home.awsState).resources).toEqual({});
    const order = readCalls(home.awsState).map(({ type }) => type.split(":")[2]);
    expect(order.lastIndexOf("NodeGroup")).toBeLessThan(order.indexOf("Cluster"));
    expect(order.indexOf("Cluster")).toBeLessThan(order.indexOf("Vpc"));
    expect(await admin("GET", "/apis/karpenter.sh/v1/nodepools")).toMatchObject({ items: [] });
  });

  it("makes onprem, and destroys all but the protected registry", async () => {
    await run("up", "--yes", "--skip-preview", "--stack=onprem");
    const again = await run(
      "up",
      "--yes",
      "--skip-preview",
      "--stack=onprem",
      "--expect-no-changes",
    );
    expect(Object.keys(summary(again.text))).toEqual(["unchanged"]);
    forgetCalls(home.awsState);
    const refused = await pulumi("destroy", "--yes", "--stack=onprem");
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining("protected") });
    expect(readCalls(home.awsState)).toEqual([]);
    await run("destroy", "--yes", "--exclude-protected", "--stack=onprem");
    const left = Object.keys(readState(home.awsState).resources);
    expect(left).toContainEqual(expect.stringMatching(/^aws:s3\/bucket:Bucket\|registry-/));
    const others = left.filter((key) => !/^aws:(s3|kms)\//.test(key));
    expect(others).toEqual([expect.stringMatching(/Role\|registry-gc-/)]); // the bucket's policy names it
    await expect(admin("GET", "/api/v1/namespaces/tunekit-system")).rejects.toThrow("not found");
  });
});
