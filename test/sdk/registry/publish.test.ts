import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { digestOf, sha256 } from "../../../core/digest.ts";
import { AdapterManifest } from "../../../core/spec/adapter.ts";
import { adapterRegistry } from "../../../sdk/registry/registry.ts";
import { fileStore } from "../../../sdk/store/file-store.ts";
import type { ObjectStore } from "../../../sdk/store/object-store.ts";
import {
  AT,
  adapterFiles,
  draft,
  loraTensors,
  peftConfig,
  RUN,
  storeAdapter,
  TEAM,
} from "../../support/adapter.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const newStore = () => fileStore(join(temporaryFolder(), "store"));
const keysOf = async (store: ObjectStore) => (await store.list("adapters/")).keys;

describe("publish", () => {
  it("names the run's files, copies none, and is named by its own bytes", async () => {
    const store = newStore();
    const files = adapterFiles();
    await storeAdapter(store, files);
    const { version, manifest } = await adapterRegistry(store).publish(TEAM, draft());
    const folder = `runs/${TEAM}/${RUN}/adapter`;
    expect(manifest.files).toEqual(
      ["adapter_config.json", "adapter_model.safetensors"].map((path) => ({
        key: `${folder}/${path}`,
        path,
        size: files.get(path)?.length,
        sha256: sha256(files.get(path) as Uint8Array),
      })),
    );
    expect(manifest.method).toEqual({
      ...draft().method,
      dtype: "F32",
      targetModules: ["q_proj", "v_proj"],
    });
    expect(manifest.createdAt).toBe(AT);
    expect(version).toBe(digestOf(manifest));
    const stored = await store.get(`adapters/mail-triage/versions/${version}/manifest.json`);
    expect(sha256(stored?.body ?? "")).toBe(version);
    expect(AdapterManifest.parse(JSON.parse(Buffer.from(stored?.body ?? []).toString()))).toEqual(
      manifest,
    );
    expect((await store.list("")).keys).toEqual([
      expect.stringMatching(/^adapters\/mail-triage\/events\/.{26}\.json$/),
      `adapters/mail-triage/versions/${version}/README.md`,
      `adapters/mail-triage/versions/${version}/manifest.json`,
      `${folder}/adapter_config.json`,
      `${folder}/adapter_model.safetensors`,
    ]);
  });

  it("writes a card that a model hub reads", async () => {
    const store = newStore();
    await storeAdapter(store);
    const { version } = await adapterRegistry(store).publish(TEAM, draft());
    const card = await store.get(`adapters/mail-triage/versions/${version}/README.md`);
    const text = Buffer.from(card?.body ?? []).toString();
    expect(text).toMatch(
      /^---\nbase_model: "tiny-base"\nlibrary_name: peft\ntags: \[lora\]\n---\n/,
    );
    expect(text).toContain("| Method | lora, r 2, alpha 32, 28 parameters in F32 |");
    expect(text).toContain("| Cost | 0.42 USD on none |");
  });

  it("64 times at once is one version and one event", async () => {
    const store = newStore();
    await storeAdapter(store);
    const registry = adapterRegistry(store);
    const published = await Promise.all(
      Array.from({ length: 64 }, () => registry.publish(TEAM, draft())),
    );
    expect(new Set(published.map(({ version }) => version)).size).toBe(1);
    expect(await keysOf(store)).toHaveLength(3);
    expect(await registry.history("mail-triage")).toHaveLength(1);
  });

  it("killed after any write, is finished by a repeat: one version, one event", async () => {
    for (let writes = 0; writes < 3; writes++) {
      const store = newStore();
      await storeAdapter(store);
      const registry = adapterRegistry(store);
      await expect(
        adapterRegistry(dyingAfter(store, writes)).publish(TEAM, draft()),
      ).rejects.toThrow("killed");
      expect((await registry.list()).length).toBe(writes < 2 ? 0 : 1); // a card alone is no version
      const { version } = await registry.publish(TEAM, draft());
      expect(await registry.list()).toEqual([
        { name: "mail-triage", versions: [version], aliases: [] },
      ]);
      expect(await registry.history("mail-triage")).toMatchObject([
        { kind: "published", version, runId: RUN, actor: "ana", at: AT },
      ]);
    }
  });

  it("refuses to make a second version of a run", async () => {
    const store = newStore();
    await storeAdapter(store);
    const registry = adapterRegistry(store);
    const { version } = await registry.publish(TEAM, draft());
    await expect(
      registry.publish(TEAM, draft({ decisionId: "01JD0000000000000000000002" })),
    ).rejects.toMatchObject({
      name: "RegistryError",
      code: "RunPublishedDifferently",
      message: `run ${RUN} is already version ${version} of "mail-triage"`,
      fix: "use that version; a run makes one",
    });
    expect((await registry.list())[0]?.versions).toEqual([version]);
  });

  it("refuses a run that stored nothing", async () => {
    const store = newStore();
    await expect(adapterRegistry(store).publish(TEAM, draft())).rejects.toMatchObject({
      name: "RegistryError",
      code: "AdapterMissing",
      path: `${store.url}/runs/${TEAM}/${RUN}/adapter/`,
      message: `run ${RUN} has stored no adapter`,
      fix: "wait for the run to end well; `tunekit status` says how it stands",
    });
  });

  it("refuses a name that is none", async () => {
    await expect(
      adapterRegistry(newStore()).publish(TEAM, draft({ name: "Mail/Triage" })),
    ).rejects.toMatchObject({
      code: "WrongName",
      message: '"Mail/Triage" can\'t be an adapter: it is no name',
      fix: 'use lower-case letters, digits and "-", at most 50, such as "support-triage"',
    });
  });

  it("refuses a bad adapter with every reason, and nothing is written", async () => {
    const store = newStore();
    const config = peftConfig({ revision: null, modules_to_save: ["lm_head"] });
    await storeAdapter(store, adapterFiles(loraTensors(), config));
    const refusal = await adapterRegistry(store)
      .publish(TEAM, draft())
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      name: "RegistryRefusal",
      code: "BaseRevisionMissing",
      message: `the adapter of run ${RUN} is refused: adapter_config.json names no revision of the base (and 1 more problem)`,
      fix: "set revision to the pinned one",
      problems: [{ code: "BaseRevisionMissing" }, { code: "ModulesToSave" }],
    });
    expect(JSON.parse(JSON.stringify(refusal)).problems).toHaveLength(2);
    expect(await keysOf(store)).toEqual([]);
  });

  it("refuses a pickle in the folder by name", async () => {
    const store = newStore();
    await storeAdapter(store, adapterFiles().set("optimizer.pt", Buffer.from("x")));
    await expect(adapterRegistry(store).publish(TEAM, draft())).rejects.toMatchObject({
      code: "PickleRefused",
      fix: "remove it; weights are safetensors only",
    });
    expect(await keysOf(store)).toEqual([]);
  });
});

/** The same store, until the process dies before write number `writes` + 1. */
function dyingAfter(store: ObjectStore, writes: number): ObjectStore {
  let left = writes;
  return {
    ...store,
    put: async (...args) => {
      if (left-- <= 0) throw new Error("killed");
      return store.put(...args);
    },
  };
}
