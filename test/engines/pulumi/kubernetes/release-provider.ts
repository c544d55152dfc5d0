import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changesBetween } from "../property-changes.ts";
import { type Bag, hasUnknown, UNKNOWN } from "../property-value.ts";
import type { Failure, Provider } from "../provider-server.ts";
import type { Helm } from "./helm.ts";

type ResourceHandlers = Pick<Provider, "check" | "diff" | "create" | "read" | "update" | "delete">;

interface Release extends Bag {
  chart: string;
  name: string;
  namespace: string;
}

/** `helm.sh/v3:Release` takes more settings than these; what it does with them is not reproduced, so they are refused. */
const KNOWN = [
  "atomic",
  "chart",
  "cleanupOnFail",
  "compat",
  "createNamespace",
  "name",
  "namespace",
  "repositoryOpts",
  "skipAwait",
  "skipCrds",
  "timeout",
  "values",
  "version",
];

const isLocal = ({ chart }: Release): boolean => existsSync(join(chart, "Chart.yaml"));

/** What a release's state says of a chart that nobody could fetch: the release counts as made, and nothing is in the cluster. */
const NOT_INSTALLED =
  "RECORDED ONLY: the stand-in Kubernetes provider cannot fetch charts. Nothing of this release is in the cluster.";

function withValues<T>(release: Release, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tunekit-values-"));
  const file = join(folder, "values.json");
  writeFileSync(file, JSON.stringify(release.values ?? {}));
  return use(file).finally(() => rmSync(folder, { recursive: true }));
}

const flags = (release: Release, values: string): string[] => [
  release.name,
  release.chart,
  `--namespace=${release.namespace}`,
  `--values=${values}`,
  ...(release.skipCrds === true ? ["--skip-crds"] : []),
];

async function install(helm: Helm, release: Release): Promise<Bag> {
  if (!isLocal(release)) {
    const version = release.version ? ` ${release.version}` : "";
    process.stderr.write(`${release.chart}${version}: ${NOT_INSTALLED}\n`);
    return { ...release, status: { status: "recorded-only", description: NOT_INSTALLED } };
  }
  const create = release.createNamespace === true ? ["--create-namespace"] : [];
  const out = await withValues(release, (file) =>
    helm("upgrade", "--install", ...flags(release, file), ...create, "--output=json"),
  );
  const { name, namespace, version: revision, info, chart } = JSON.parse(out);
  const { version, appVersion = "" } = chart.metadata;
  const status = {
    appVersion,
    chart: chart.metadata.name,
    name,
    namespace,
    revision,
    status: info.status,
    version,
  };
  return { ...release, status };
}

/** Helm releases: a chart in a folder goes through the real Helm into the real API server; any other is recorded only. */
export function releaseHandlers(helm: () => Helm, namespace: () => string): ResourceHandlers {
  const preview = (release: Release): Bag => ({ ...release, status: UNKNOWN });
  const render = async (release: Release) => {
    if (isLocal(release) && !hasUnknown(release))
      await withValues(release, (file) => helm()("template", ...flags(release, file)));
  };
  return {
    async check({ name, olds, news, suffix }) {
      const inputs: Bag = { ...news };
      inputs.name ??= olds.name ?? `${name}-${suffix(8)}`;
      inputs.namespace ??= namespace();
      const failures: Failure[] = Object.keys(inputs)
        .filter((key) => !key.startsWith("__") && !KNOWN.includes(key))
        .map((property) => ({
          property,
          reason: "the stand-in Kubernetes provider has no rules for it",
        }));
      if (inputs.chart === undefined)
        failures.push({ property: "chart", reason: "it is required" });
      return { inputs, failures };
    },
    diff: async ({ oldInputs, news }) => ({
      changes: changesBetween(oldInputs, news, ["name", "namespace"]),
    }),
    async create({ news, preview: dry }) {
      const release = news as Release;
      await render(release);
      if (dry) return { id: "", state: preview(release) };
      return { id: `${release.namespace}/${release.name}`, state: await install(helm(), release) };
    },
    async read({ id, state, inputs }) {
      const release = inputs as Release;
      const here = isLocal(release)
        ? await helm()("status", release.name, `--namespace=${release.namespace}`).then(
            () => true,
            (error: Error) => {
              if (/not found/.test(error.message)) return false;
              throw error;
            },
          )
        : true;
      return here ? { id, state, inputs } : undefined;
    },
    async update({ news, preview: dry }) {
      const release = news as Release;
      await render(release);
      return dry ? preview(release) : install(helm(), release);
    },
    async delete({ state }) {
      const release = state as Release;
      if (isLocal(release))
        await helm()(
          "uninstall",
          release.name,
          `--namespace=${release.namespace}`,
          "--ignore-not-found",
        );
    },
  };
}
