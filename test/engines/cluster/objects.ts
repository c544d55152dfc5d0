import { APPLY, type Call } from "./raw-client.ts";

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string }[];
    deletionTimestamp?: string;
  };
}

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
}

export const conditionOf = (
  object: { status?: { conditions?: readonly Condition[] } } | undefined,
  type: string,
): Condition | undefined =>
  object?.status?.conditions?.find((condition) => condition.type === type);

export const isTrue = (
  object: { status?: { conditions?: readonly Condition[] } } | undefined,
  type: string,
): boolean => conditionOf(object, type)?.status === "True";

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

/** Address of an object, by what the API server itself says of its kind. `collection`: of its siblings. */
export async function pathOf(
  call: Call,
  object: KubernetesObject,
): Promise<{ path: string; collection: string }> {
  const { apiVersion, kind, metadata } = object;
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { resources } = await call<ResourceList>("GET", base);
  const resource = resources.find((row) => row.kind === kind && !row.name.includes("/"));
  if (!resource) throw new Error(`the API server has no kind ${kind} in ${apiVersion}`);
  const scope = resource.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
  const collection = `${base}${scope}/${resource.name}`;
  return { collection, path: `${collection}/${metadata.name}` };
}

/** Creates an object and returns it as stored. An unknown field is refused. */
export async function createObject<T extends KubernetesObject>(
  call: Call,
  object: T,
  query: Readonly<Record<string, string>> = {},
): Promise<T> {
  const { collection } = await pathOf(call, object);
  return call<T>("POST", collection, { body: object, query });
}

/** Server-side apply: creates or changes the fields that are given, and no others. */
export async function applyObject<T extends KubernetesObject>(
  call: Call,
  object: T,
  query: Readonly<Record<string, string>> = {},
): Promise<T> {
  const { path } = await pathOf(call, object);
  return call<T>("PATCH", path, { type: APPLY, body: object, query: { force: "true", ...query } });
}
