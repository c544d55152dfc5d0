import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { cacheFolder } from "../../../../sdk/local/cache-folder.ts";
import { createObject, type KubernetesObject } from "../../cluster/objects.ts";
import type { Call } from "../../cluster/raw-client.ts";

const MODULE = "github.com/aws/karpenter-provider-aws";

/** Karpenter's kinds as its release for AWS has them, EC2NodeClass among them; from the Go module proxy, once per user. */
function definitionsFolder(): string {
  const go = join(import.meta.dirname, "go");
  const version = /karpenter-provider-aws (v\S+)/.exec(
    readFileSync(join(go, "go.mod"), "utf8"),
  )?.[1];
  const folder = join(cacheFolder(process.env), `karpenter-aws-crds-${version}`);
  if (!existsSync(folder)) {
    const told = execFileSync("go", ["mod", "download", "-json", MODULE], {
      cwd: go,
      encoding: "utf8",
    });
    const fresh = `${folder}.${process.pid}`;
    cpSync(join(JSON.parse(told).Dir, "pkg/apis/crds"), fresh, { recursive: true });
    renameSync(fresh, folder);
  }
  return folder;
}

/** Gives a cluster the kinds that the chart `karpenter-crd` brings, and no controller. */
export async function createKarpenterKinds(admin: Call): Promise<void> {
  const folder = definitionsFolder();
  for (const file of readdirSync(folder))
    await createObject(admin, parse(readFileSync(join(folder, file), "utf8")) as KubernetesObject);
}
