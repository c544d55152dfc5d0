/**
 * The real programs that the engine tests run against, and how each is built from Go modules. Every module folder under
 * `go/` pins its versions by go.mod and go.sum.
 */
export interface Engine {
  /** File name of the binary. */
  name: string;
  /** Folder under `go/` whose go.mod names all versions. */
  module: string;
  /** Go package of the main program; `./x` is a package of the module folder itself. */
  package: string;
  /** Version of the program, as its go.mod has it. */
  version: string;
  /** Go variables set by the linker: clients read their server's version from them. */
  variables?: Readonly<Record<string, string>>;
  tags?: string;
  /** A main program that is built from a copy in which one text is replaced, because upstream fixes it as a constant. */
  patched?: { package: string; find: string; replace: string };
  /** Manifests (CRDs, webhooks) that come from the same module: folder or file there, to folder beside the binaries. */
  manifests?: { package: string; copy: Readonly<Record<string, string>> };
}

const KUBERNETES = "v1.36.3";
/** Kueue's own tag: leaves out the one module that no module proxy serves. */
const NO_SCHEDULER_LIBRARY = "exclude_scheduler_library";

const kubernetesVariables = {
  "k8s.io/component-base/version.gitVersion": KUBERNETES,
  "k8s.io/component-base/version.gitMajor": "1",
  "k8s.io/component-base/version.gitMinor": "36",
};

export const ENGINES = [
  {
    name: "pulumi",
    module: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version: "v3.259.0",
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.259.0" },
    tags: "osusergo,grpcnotrace",
  },
  { name: "etcd", module: "etcd", package: "go.etcd.io/etcd/server/v3", version: "v3.6.16" },
  {
    name: "kube", // API server, controller manager and scheduler in one binary: `kube apiserver …`
    module: "cluster",
    package: "./kube",
    version: KUBERNETES,
    variables: kubernetesVariables,
    tags: NO_SCHEDULER_LIBRARY,
  },
  {
    name: "kubectl",
    module: "cluster",
    package: "k8s.io/kubernetes/cmd/kubectl",
    version: KUBERNETES,
    variables: kubernetesVariables,
    tags: NO_SCHEDULER_LIBRARY,
  },
  {
    name: "kueue",
    module: "cluster",
    package: "./kueue",
    version: "v0.19.2",
    tags: NO_SCHEDULER_LIBRARY,
    patched: {
      package: "sigs.k8s.io/kueue/cmd/kueue",
      find: '"/etc/kueue/metrics/certs"', // Kueue ends at once when it finds no certificate there
      replace: 'os.Getenv("KUEUE_METRICS_CERT_DIR")',
    },
    manifests: {
      package: "sigs.k8s.io/kueue/cmd/kueue",
      copy: {
        "config/components/crd/bases": "kueue-manifests/crd",
        "config/components/webhook/manifests.yaml": "kueue-manifests/webhooks.yaml",
      },
    },
  },
  {
    name: "kwok",
    module: "cluster",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    version: "v0.8.0",
    tags: NO_SCHEDULER_LIBRARY,
  },
  {
    name: "helm",
    module: "helm",
    package: "helm.sh/helm/v4/cmd/helm",
    version: "v4.3.1",
    variables: { "helm.sh/helm/v4/internal/version.version": "v4.3.1" },
  },
  {
    name: "karpenter-kwok", // Karpenter with its provider for fake nodes in place of EC2
    module: "karpenter",
    package: "sigs.k8s.io/karpenter/kwok",
    version: "v1.14.1",
    manifests: {
      package: "sigs.k8s.io/karpenter/kwok",
      copy: { "pkg/apis/crds": "karpenter-crds", "kwok/apis/crds": "karpenter-crds" },
    },
  },
] as const satisfies readonly Engine[];

export type EngineName = (typeof ENGINES)[number]["name"];
