import { type Digest, digestOf, sha256 } from "../../core/digest.ts";
import { type Problem, RegistryError } from "../../core/errors.ts";
import { AdapterEvent, AdapterManifest, type FileEntry } from "../../core/spec/adapter.ts";
import { allKeys, readDocument, writeOnce } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { publishedEvent, writeEvent } from "./adapter-events.ts";
import { type AdapterFacts, checkNames, inspectAdapter } from "./adapter-files.ts";
import { modelCard } from "./model-card.ts";
import { adapterFolder, adapterKeys, checkName } from "./registry-keys.ts";
import { RegistryRefusal } from "./registry-refusal.ts";

type Method = AdapterManifest["method"];

/** What the run knows of its adapter. Files, dtype and target modules are read from the files themselves. */
export type ManifestDraft = Omit<AdapterManifest, "schemaVersion" | "files" | "method"> & {
  /** `parameters` is what the formula expects; the file must have exactly so many. */
  method: Omit<Method, "dtype" | "targetModules">;
};

export interface Published {
  version: Digest;
  manifest: AdapterManifest;
}

/**
 * Makes a version of the two files under `runs/<team>/<runId>/adapter/`; nothing is copied. The manifest is written last:
 * before it, the version does not exist. Instants come from the draft, so a repeat after a crash gives the same version.
 * @throws RegistryRefusal with everything that is wrong with the files; RegistryError `AdapterMissing`, `WrongName`,
 * `RunPublishedDifferently`
 */
export async function publish(
  store: ObjectStore,
  team: string,
  draft: ManifestDraft,
): Promise<Published> {
  checkName("adapter", draft.name);
  const folder = adapterFolder(team, draft.run.id);
  const files = await readFiles(store, folder, draft.run.id);
  const facts = accept(files, draft);
  const manifest = AdapterManifest.parse({
    ...draft,
    schemaVersion: 1,
    files: [...files].map(([path, body]) => fileEntry(folder, path, body)),
    method: { ...draft.method, ...facts },
  });
  const version = digestOf(manifest);
  const event = publishedEvent(manifest, version);
  const keys = adapterKeys(draft.name);
  const before = await readDocument(store, keys.event(event.id), AdapterEvent);
  if (before && before.value.version !== version) {
    throw new RegistryError(
      "RunPublishedDifferently",
      `run ${draft.run.id} is already version ${before.value.version} of "${draft.name}"`,
      { path: `${store.url}/${folder}`, fix: "use that version; a run makes one" },
    );
  }
  await store.put(keys.card(version), modelCard(manifest), { ifAbsent: true });
  await writeOnce(store, keys.manifest(version), manifest);
  await writeEvent(store, event);
  return { version, manifest };
}

/** By name, sorted. A file off the allow-list is refused before a byte of it is read. */
async function readFiles(
  store: ObjectStore,
  folder: string,
  runId: string,
): Promise<Map<string, Uint8Array>> {
  const names: string[] = [];
  for await (const key of allKeys(store, folder)) names.push(key.slice(folder.length));
  if (names.length === 0) {
    throw new RegistryError("AdapterMissing", `run ${runId} has stored no adapter`, {
      path: `${store.url}/${folder}`,
      fix: "wait for the run to end well; `tunekit status` says how it stands",
    });
  }
  refuseIf(runId, checkNames(names));
  const files = new Map<string, Uint8Array>();
  for (const name of names) {
    const object = await store.get(folder + name);
    if (object) files.set(name, object.body);
  }
  return files;
}

function accept(
  files: Map<string, Uint8Array>,
  { base, method, run }: ManifestDraft,
): AdapterFacts {
  const { problems, facts } = inspectAdapter(files, { base, ...method });
  refuseIf(run.id, problems);
  return facts as AdapterFacts;
}

function refuseIf(runId: string, [first, ...rest]: readonly Problem[]): void {
  if (first) throw new RegistryRefusal(`the adapter of run ${runId} is refused`, [first, ...rest]);
}

const fileEntry = (folder: string, path: string, body: Uint8Array): FileEntry => ({
  key: folder + path,
  path,
  size: body.length,
  sha256: sha256(body),
});
