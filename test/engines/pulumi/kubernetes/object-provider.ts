import { type Changes, changesBetween } from "../property-changes.ts";
import { type Bag, hasUnknown, isBag, type Json, UNKNOWN } from "../property-value.ts";
import type { Provider } from "../provider-server.ts";
import {
  type ClusterObject,
  type ClusterObjects,
  idOf,
  immutableFields,
  isMissing,
  managedPart,
} from "./cluster-objects.ts";

type ResourceHandlers = Pick<Provider, "check" | "diff" | "create" | "read" | "update" | "delete">;

const metadataOf = (inputs: Bag): Bag => (isBag(inputs.metadata) ? inputs.metadata : {});
const MOVES = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];

/** In a preview an object may need a namespace or a CRD that the same program is about to make. */
const unlessMissing = (error: unknown): void => {
  if (!isMissing(error)) throw error;
};

/** Every resource that is one Kubernetes object. `objects` is asked for at each call: the provider is configured first. */
export function objectHandlers(
  objects: () => ClusterObjects,
  namespace: () => string,
): ResourceHandlers {
  return {
    async check({ type, name, olds, news, suffix }) {
      if (/Patch$|List$/.test(type))
        throw new Error(`The stand-in Kubernetes provider has no rules for ${type}.`);
      const metadata = { ...metadataOf(news) };
      metadata.name ??= metadataOf(olds).name ?? `${name}-${suffix(8)}`;
      const inputs = { ...news, metadata };
      if ((await objects().kind(inputs as ClusterObject))?.namespaced)
        metadata.namespace ??= namespace();
      return { inputs, failures: [] };
    },
    async diff({ oldInputs, news }): Promise<Changes> {
      const changes = changesBetween(oldInputs, news, MOVES);
      const moved = changes.some((change) => change.replaces);
      if (!changes.length || moved || hasUnknown(news)) return { changes };
      try {
        await objects().apply(news as ClusterObject, { dryRun: true, force: true });
        return { changes };
      } catch (error) {
        const fields = immutableFields(error);
        if (!fields) throw error;
        return { changes: changesBetween(oldInputs, news, fields), deleteBeforeReplace: true };
      }
    },
    async create({ news, preview }) {
      const wanted = news as ClusterObject;
      if (!preview) {
        if (await objects().get(wanted))
          throw new Error(`${wanted.kind} ${idOf(wanted)} already exists`);
        return { id: idOf(wanted), state: await objects().apply(wanted) };
      }
      if (!hasUnknown(news)) await objects().apply(wanted, { dryRun: true }).catch(unlessMissing);
      const metadata = { ...wanted.metadata, uid: UNKNOWN, resourceVersion: UNKNOWN };
      return { id: "", state: { ...news, metadata, status: UNKNOWN } };
    },
    async read({ inputs, state }) {
      const wanted = (inputs.metadata ? inputs : state) as ClusterObject;
      const live = await objects().get(wanted);
      if (!live) return undefined;
      const { managedFields: _, ...metadata } = live.metadata;
      const { stringData } = wanted; // written, never returned
      const managed = managedPart(live, wanted as Json) as Bag;
      return {
        id: idOf(live),
        state: { ...live, metadata },
        inputs: { ...managed, ...(stringData !== undefined && { stringData }) },
      };
    },
    async update({ news, preview }) {
      if (preview && hasUnknown(news)) return news;
      return objects().apply(news as ClusterObject, { dryRun: preview });
    },
    delete: ({ state }) => objects().delete(state as ClusterObject),
  };
}
