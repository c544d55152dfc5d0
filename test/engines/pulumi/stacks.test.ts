/** The three stacks of this repository, by the plain `pulumi` command on the real engine. */
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
});
