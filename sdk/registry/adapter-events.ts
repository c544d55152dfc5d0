import type { Digest } from "../../core/digest.ts";
import { AdapterEvent, type AdapterManifest, AliasRecord } from "../../core/spec/adapter.ts";
import { ledgerId } from "../ledger/ledger-id.ts";
import { allKeys, readDocument, writeOnce } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { adapterKeys } from "./registry-keys.ts";

/** One a run: its id holds the run and the instant, not the version. */
export const publishedEvent = (manifest: AdapterManifest, version: Digest): AdapterEvent => ({
  schemaVersion: 1,
  id: ledgerId(manifest.createdAt, "published", manifest.run.id),
  kind: "published",
  name: manifest.name,
  version,
  runId: manifest.run.id,
  actor: manifest.createdBy,
  at: manifest.createdAt,
});

/** One a generation of the alias. */
export function movedEvent(name: string, { rollback, ...record }: AliasRecord): AdapterEvent {
  const subject = `${name}/${record.alias}/${record.generation}`;
  return {
    ...record,
    id: ledgerId(record.at, "alias-moved", subject),
    kind: rollback ? "rolled-back" : "promoted",
    name,
  };
}

export const writeEvent = (store: ObjectStore, event: AdapterEvent): Promise<void> =>
  writeOnce(store, adapterKeys(event.name).event(event.id), event);

/**
 * What happened to an adapter, oldest first. A move whose event a crash left out is told from the alias record.
 * @throws StoreError `DocumentCorrupt`
 */
export async function history(store: ObjectStore, name: string): Promise<AdapterEvent[]> {
  const keys = adapterKeys(name);
  const events = new Map<string, AdapterEvent>();
  for await (const key of allKeys(store, keys.events)) {
    const event = await readDocument(store, key, AdapterEvent);
    if (event) events.set(event.value.id, event.value);
  }
  for await (const key of allKeys(store, keys.aliases)) {
    const record = await readDocument(store, key, AliasRecord);
    if (!record) continue;
    const event = movedEvent(name, record.value);
    events.set(event.id, event);
  }
  return [...events.values()].sort(
    (a, b) => Date.parse(a.at) - Date.parse(b.at) || generationOf(a) - generationOf(b),
  );
}

const generationOf = (event: AdapterEvent): number =>
  event.kind === "published" ? 0 : event.generation;
