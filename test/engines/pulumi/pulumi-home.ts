import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ensureRules } from "./aws/rules-file.ts";

const require = createRequire(import.meta.url);

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")).version;

export interface PulumiHome {
  /** Everything lives in here: plugins, stack state, the stand-in account. */
  folder: string;
  /** The stand-in AWS account (aws/store.ts). */
  awsState: string;
  /** The whole environment of a `pulumi` run. */
  env: Record<string, string>;
  remove(): void;
}

export interface PulumiHomeOptions {
  /** The folder with the `pulumi` binary and, for Helm releases, `helm`. */
  bin: string;
  /** The cluster that stands for every cluster the program names; none: the program has no Kubernetes resources. */
  kubeconfig?: string;
}

/** A plugin is a program by a fixed name in a folder of a fixed name; here a script that starts Node on the source. */
function install(home: string, kind: string, name: string, version: string, source: string): void {
  const folder = join(home, "plugins", `${kind}-${name}-v${version}`);
  const program = join(folder, `pulumi-${kind}-${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${source}" "$@"\n`);
  chmodSync(program, 0o755);
}

/**
 * A hermetic PULUMI_HOME: state in files, the stand-in providers at exactly the installed SDKs' versions, the project's own
 * language host. Nothing of the user's Pulumi, AWS or Kubernetes settings is seen.
 */
export function pulumiHome({ bin, kubeconfig }: PulumiHomeOptions): PulumiHome {
  const folder = mkdtempSync(join(tmpdir(), "tunekit-pulumi-"));
  const here = (file: string) => join(import.meta.dirname, file);
  install(folder, "resource", "aws", versionOf("@pulumi/aws"), here("aws/provider.ts"));
  install(
    folder,
    "resource",
    "kubernetes",
    versionOf("@pulumi/kubernetes"),
    here("kubernetes/provider.ts"),
  );
  install(folder, "language", "nodejs", versionOf("@pulumi/pulumi"), here("language-host.ts"));
  const states = join(folder, "state");
  mkdirSync(states);
  symlinkSync(bin, join(folder, "bin")); // where the Automation API looks
  const awsState = join(folder, "aws.json");
  const env: Record<string, string> = {
    PATH: [bin, process.env.PATH].join(delimiter),
    HOME: folder,
    PULUMI_HOME: folder,
    PULUMI_BACKEND_URL: `file://${states}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PULUMI_SUPPRESS_NEO_LINK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    TUNEKIT_AWS_STATE: awsState,
    TUNEKIT_AWS_RULES: ensureRules(),
    TUNEKIT_HELM: join(bin, "helm"),
    ...(kubeconfig === undefined ? {} : { TUNEKIT_KUBECONFIG: kubeconfig }),
  };
  return { folder, awsState, env, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
