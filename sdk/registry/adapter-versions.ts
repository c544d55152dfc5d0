import { type Digest, isDigest, sha256 } from "../../core/digest.ts";
import { RegistryError, StoreError } from "../../core/errors.ts";
import { AdapterManifest, AliasRecord } from "../../core/spec/adapter.ts";
import { nearest } from "../../core/spec/parse.ts";
import { allKeys, readDocument } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { adapterKeys, checkName } from "./registry-keys.ts";

export interface AdapterSummary {
  name: string;
  versions: Digest[];
  aliases: AliasRecord[];
}

export interface AdapterVersion {
  name: string;
  version: Digest;
  manifest: AdapterManifest;
  /** Aliases that point at it now. */
  aliases: string[];
}

/** Fewer characters of a digest are too few to mean one. */
const SHORTEST_VERSION = 8;

/** Every adapter with its versions and aliases, by name. A folder without a manifest is no version. */
export async function listAdapters(
  store: ObjectStore,
  prefix = "adapters/",
): Promise<AdapterSummary[]> {
  const adapters = new Map<string, AdapterSummary>();
  for await (const key of allKeys(store, prefix)) {
    const [, name = "", version, alias] =
      /^adapters\/([^/]+)\/(?:versions\/([0-9a-f]{64})\/manifest|aliases\/([^/]+))\.json$/.exec(
        key,
      ) ?? [];
    if (!version && !alias) continue;
    const adapter = adapters.get(name) ?? { name, versions: [], aliases: [] };
    adapters.set(name, adapter);
    if (version) adapter.versions.push(version);
    const record = alias ? await readDocument(store, key, AliasRecord) : undefined;
    if (record) adapter.aliases.push(record.value);
  }
  return [...adapters.values()];
}

/**
 * The version that an alias, a digest or the first eight or more characters of one means.
 * @throws RegistryError `UnknownAdapter`, `UnknownVersion`, `AmbiguousVersion`, `WrongName`
 */
export async function resolveVersion(
  store: ObjectStore,
  name: string,
  reference: string,
): Promise<Digest> {
  checkName("adapter", name);
  const [adapter] = await listAdapters(store, `adapters/${name}/`);
  if (!adapter || adapter.versions.length === 0) throw await unknownAdapter(store, name);
  const alias = adapter.aliases.find((record) => record.alias === reference);
  if (alias) return alias.version;
  const matches =
    reference.length >= SHORTEST_VERSION
      ? adapter.versions.filter((version) => version.startsWith(reference))
      : [];
  if (matches.length === 1) return matches[0] as Digest;
  if (matches.length > 1) {
    throw new RegistryError(
      "AmbiguousVersion",
      `${matches.length} versions of "${name}" start with "${reference}"`,
      {
        fix: "give more characters of the version",
      },
    );
  }
  const aliases = adapter.aliases.map((record) => record.alias);
  const near = nearest(reference, aliases);
  throw new RegistryError("UnknownVersion", `"${name}" has no version or alias "${reference}"`, {
    fix: near
      ? `did you mean "${near}"?`
      : `\`tunekit adapters list\` shows its ${adapter.versions.length === 1 ? "one version" : `${adapter.versions.length} versions`}${aliases.length ? ` and its aliases: ${aliases.join(", ")}` : ""}`,
  });
}

/**
 * Reads a version's manifest, whose bytes must hash to the version.
 * @throws RegistryError `UnknownVersion`; StoreError `ManifestDamaged`, `DocumentCorrupt`
 */
export async function readManifest(
  store: ObjectStore,
  name: string,
  version: Digest,
): Promise<AdapterManifest> {
  const key = adapterKeys(name).manifest(version);
  const object = isDigest(version) ? await store.get(key) : undefined;
  if (!object) {
    throw new RegistryError("UnknownVersion", `"${name}" has no version ${version}`, {
      fix: "`tunekit adapters list` shows its versions",
    });
  }
  if (sha256(object.body) !== version) {
    throw new StoreError("ManifestDamaged", "this manifest is not the one that was published", {
      path: `${store.url}/${key}`,
      fix: "restore it from a backup, or publish the run again after you move it aside",
    });
  }
  const manifest = await readDocument(store, key, AdapterManifest);
  return (manifest as NonNullable<typeof manifest>).value;
}

/** @throws as `resolveVersion` and `readManifest` */
export async function showVersion(
  store: ObjectStore,
  name: string,
  reference: string,
): Promise<AdapterVersion> {
  const version = await resolveVersion(store, name, reference);
  const manifest = await readManifest(store, name, version);
  const [adapter] = await listAdapters(store, `adapters/${name}/aliases/`);
  const aliases = (adapter?.aliases ?? []).filter((record) => record.version === version);
  return { name, version, manifest, aliases: aliases.map(({ alias }) => alias) };
}

async function unknownAdapter(store: ObjectStore, name: string): Promise<RegistryError> {
  const names = (await listAdapters(store)).map((adapter) => adapter.name);
  const near = nearest(name, names);
  return new RegistryError("UnknownAdapter", `there is no adapter "${name}" in ${store.url}`, {
    fix: near
      ? `did you mean "${near}"?`
      : names.length > 0
        ? `\`tunekit adapters list\` shows what there is: ${names.slice(0, 5).join(", ")}`
        : "publish one: `tunekit submit JOB`",
  });
}
