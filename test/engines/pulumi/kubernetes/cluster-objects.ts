import { APPLY, ApiError, type Call } from "../../cluster/raw-client.ts";
import { type Bag, isBag, type Json } from "../property-value.ts";

export interface ClusterObject extends Bag {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string } & Bag;
}

interface Kind {
  root: string;
  name: string;
  namespaced: boolean;
}

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

export const isMissing = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 404;

const undefinedIfMissing = (error: unknown): undefined => {
  if (!isMissing(error)) throw error;
};

export const idOf = ({ metadata: { name, namespace } }: ClusterObject): string =>
  namespace ? `${namespace}/${name}` : name;

/** Objects of the real API server, written by server-side apply under one owner's name. */
export class ClusterObjects {
  readonly #call: Call;
  readonly #kinds = new Map<string, Kind>();

  constructor(call: Call) {
    this.#call = call;
  }

  /** What the server says of a kind; undefined while its CRD is still to come. */
  async kind({ apiVersion, kind }: ClusterObject): Promise<Kind | undefined> {
    const key = `${apiVersion}/${kind}`;
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    if (!this.#kinds.has(key)) {
      const list = await this.#call<ResourceList>("GET", root).catch(undefinedIfMissing);
      const found = list?.resources.find((row) => row.kind === kind && !row.name.includes("/"));
      if (!found) return undefined;
      this.#kinds.set(key, { root, ...found });
    }
    return this.#kinds.get(key);
  }

  async #path(object: ClusterObject): Promise<string> {
    const kind = await this.kind(object);
    if (!kind)
      throw new ApiError(404, `the API server has no kind ${object.kind} in ${object.apiVersion}`);
    const { name, namespace } = object.metadata;
    return `${kind.root}${kind.namespaced ? `/namespaces/${namespace}` : ""}/${kind.name}/${name}`;
  }

  /** Undefined: there is no such object. */
  get = async (object: ClusterObject): Promise<ClusterObject | undefined> =>
    this.#path(object)
      .then((path) => this.#call<ClusterObject>("GET", path))
      .catch(undefinedIfMissing);

  /** `force` takes over fields of other owners, as the annotation `pulumi.com/patchForce` asks for. */
  async apply(object: ClusterObject, options: { dryRun?: boolean; force?: boolean } = {}) {
    const { annotations } = object.metadata;
    const forced = isBag(annotations) && annotations["pulumi.com/patchForce"] === "true";
    const applied = await this.#call<ClusterObject>("PATCH", await this.#path(object), {
      type: APPLY,
      body: object,
      query: {
        ...(options.dryRun && { dryRun: "All" }),
        ...((options.force ?? forced) && { force: "true" }),
      },
    });
    const { managedFields: _, ...metadata } = applied.metadata;
    return { ...applied, metadata };
  }

  /** Returns when the object is gone, finalizers and dependents included. */
  async delete(object: ClusterObject, limitMs = 60_000): Promise<void> {
    const path = await this.#path(object).catch(undefinedIfMissing);
    if (!path) return;
    const query = { propagationPolicy: "Foreground" };
    await this.#call("DELETE", path, { query }).catch(undefinedIfMissing);
    const deadline = Date.now() + limitMs;
    while (await this.#call("GET", path).catch(undefinedIfMissing)) {
      if (Date.now() > deadline)
        throw new Error(`${object.kind} ${idOf(object)} is still there after ${limitMs / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** The part of a live object that the program manages: what a refresh compares. */
export function managedPart(live: Json | undefined, wanted: Json): Json | undefined {
  if (Array.isArray(wanted))
    return Array.isArray(live) && live.length === wanted.length
      ? wanted.map((item, i) => managedPart(live[i], item) ?? null)
      : live;
  if (!isBag(wanted) || !isBag(live)) return live;
  return Object.fromEntries(
    Object.keys(wanted)
      .filter((key) => key in live)
      .map((key) => [key, managedPart(live[key], wanted[key] as Json) ?? null]),
  );
}

/** Top-level fields that the server refuses to change in place, by its own words; undefined: another refusal. */
export function immutableFields(error: unknown): string[] | undefined {
  if (!(error instanceof ApiError) || error.status !== 422 || !/immutable/.test(error.message))
    return undefined;
  const causes = [
    ...error.message.matchAll(/\b(\w+)(?:[.[][\w.[\]]*)?: (?:Invalid value|Forbidden)/g),
  ];
  return [...new Set(causes.map((cause) => cause[1] as string))];
}
