import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { TUNEKIT_CHART } from "../../../components/cost-gate.ts";
import { personaObjects } from "../../../components/persona-roles.ts";
import { TenancyArgs } from "../../../components/tenancy-args.ts";
import { peersOf, tenantObjects } from "../../../components/tenant-objects.ts";
import { SYSTEM_NAMESPACE } from "../../../core/labels.ts";
import { parseSpec } from "../../../core/spec/parse.ts";
import { enginesFolder } from "../build/engines-folder.ts";
import { ADMIN } from "../cluster/control-plane.ts";
import { applyObject, createObject, type KubernetesObject, pathOf } from "../cluster/objects.ts";
import { ApiError, type Call, MERGE_PATCH, rawClient } from "../cluster/raw-client.ts";
import { startCluster } from "../cluster/start-cluster.ts";

const run = promisify(execFile);

export const JOB_CONTROLLER = "system:serviceaccount:kube-system:job-controller";
export const TENANCY = parseSpec(TenancyArgs, {
  teams: [{ name: "research", maxGpus: 8 }],
  egressCidrs: ["10.64.0.0/16"],
});

export interface PolicyCluster {
  admin: Call;
  /** A person or an account, in these groups and no others. */
  as(user: string, ...groups: string[]): Call;
  helm(...args: string[]): Promise<string>;
  kubectl(input: KubernetesObject, ...args: string[]): Promise<{ stdout: string; stderr: string }>;
  stop(): Promise<void>;
}

/**
 * A cluster of its own, because admission rules hold everywhere: the chart installed by Helm with its defaults, a team with
 * its namespace and rights. Its controller manager works as `admin` instead of one account a controller, so that name too
 * may create the pods of Jobs.
 */
export async function startPolicyCluster(): Promise<PolicyCluster> {
  const engines = enginesFolder();
  const cluster = await startCluster({ engines, kueue: true });
  const kubeconfig = cluster.kubeconfig(ADMIN);
  const admin = rawClient(kubeconfig);
  const home = join(cluster.folder, "helm");
  const helm = async (...args: string[]): Promise<string> => {
    const env = {
      ...process.env,
      HELM_CACHE_HOME: home,
      HELM_CONFIG_HOME: home,
      HELM_DATA_HOME: home,
    };
    const all = [...args, `--kubeconfig=${kubeconfig}`, `--namespace=${SYSTEM_NAMESPACE}`];
    return (await run(join(engines, "helm"), all, { env })).stdout;
  };
  try {
    const metadata = { name: SYSTEM_NAMESPACE };
    await createObject(admin, { apiVersion: "v1", kind: "Namespace", metadata });
    await helm("install", "tunekit", TUNEKIT_CHART, ...POD_CREATORS);
    const [team] = TENANCY.teams;
    const tenant = team
      ? tenantObjects(team, { endpoints: peersOf(["10.64.0.0/16"]), podIdentity: true })
      : [];
    for (const object of [...personaObjects(TENANCY), ...tenant]) await applyObject(admin, object);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return {
    admin,
    as: (user, ...groups) =>
      rawClient(kubeconfig, { as: { user, groups: [...groups, "system:authenticated"] } }),
    helm,
    kubectl: (input, ...args) => {
      const child = run(join(engines, "kubectl"), [
        `--kubeconfig=${kubeconfig}`,
        ...args,
        "--filename=-",
      ]);
      child.child.stdin?.end(JSON.stringify(input));
      return child;
    },
    stop: cluster.stop,
  };
}

export const POD_CREATORS = [`--set=policies.podCreators={${JOB_CONTROLLER},${ADMIN}}`];

/** Why the API server refuses; undefined when it does not. */
export async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 422))
      return error.message;
    throw error;
  }
}

/** Whether the object could be created: nothing is stored. */
export const createRefusal = (call: Call, object: KubernetesObject): Promise<string | undefined> =>
  refusal(createObject(call, object, { dryRun: "All" }));

/** Whether the object could be changed so: nothing is stored. */
export async function changeRefusal(
  call: Call,
  object: KubernetesObject,
  change: unknown,
): Promise<string | undefined> {
  const { path } = await pathOf(call, object);
  return refusal(
    call("PATCH", path, { type: MERGE_PATCH, body: change, query: { dryRun: "All" } }),
  );
}
