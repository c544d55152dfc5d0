import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { adapterRegistry } from "../../../sdk/registry/registry.ts";
import { fileStore } from "../../../sdk/store/file-store.ts";
import { adapterFiles, draft, loraTensors, storeAdapter, TEAM } from "../../support/adapter.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const ALLOWED = { allowed: true, reasons: [], evaluationId: "eval-1", reviewId: null };
const RUNS = ["01JD0000000000000000000001", "01JD0000000000000000000002"] as const;

/** A store with two versions of `mail-triage`; `candidate` is the second. */
async function filled() {
  const store = fileStore(join(temporaryFolder(), "store"));
  const registry = adapterRegistry(store);
  const versions: string[] = [];
  for (const [index, run] of RUNS.entries()) {
    await storeAdapter(store, adapterFiles(loraTensors(index)), run);
    versions.push((await registry.publish(TEAM, draft({}, run))).version);
  }
  const [first, second] = versions as [string, string];
  const move = { actor: "ana", reason: "new", at: "2026-11-24T10:00:00.000Z" };
  await registry.promote("mail-triage", {
    alias: "candidate",
    version: second,
    decision: ALLOWED,
    ...move,
  });
  return { store, registry, first, second };
}

describe("resolve", () => {
  it("takes an alias, a digest and the start of one", async () => {
    const { registry, first, second } = await filled();
    expect(await registry.resolve("mail-triage", "candidate")).toBe(second);
    expect(await registry.resolve("mail-triage", first)).toBe(first);
    expect(await registry.resolve("mail-triage", first.slice(0, 12))).toBe(first);
    expect(await registry.resolve("mail-triage", first.slice(0, 8))).toBe(first);
  });

  it.each([
    [
      "mail-triag",
      "candidate",
      "UnknownAdapter",
      'there is no adapter "mail-triag" in ',
      'did you mean "mail-triage"?',
    ],
    [
      "something-else",
      "candidate",
      "UnknownAdapter",
      'there is no adapter "something-else" in ',
      "`tunekit adapters list` shows what there is: mail-triage",
    ],
    [
      "mail-triage",
      "candidat",
      "UnknownVersion",
      '"mail-triage" has no version or alias "candidat"',
      'did you mean "candidate"?',
    ],
    [
      "mail-triage",
      "production",
      "UnknownVersion",
      '"mail-triage" has no version or alias "production"',
      "`tunekit adapters list` shows its 2 versions and its aliases: candidate",
    ],
    [
      "mail-triage",
      "0".repeat(64),
      "UnknownVersion",
      "has no version or alias",
      "shows its 2 versions",
    ],
    [
      "../mail-triage",
      "candidate",
      "WrongName",
      '"../mail-triage" can\'t be an adapter: it is no name',
      "use lower-case letters",
    ],
  ])("of %s %s says what there is", async (name, reference, code, message, fix) => {
    const { registry } = await filled();
    await expect(registry.resolve(name, reference)).rejects.toMatchObject({
      name: "RegistryError",
      code,
      message: expect.stringContaining(message),
      fix: expect.stringContaining(fix),
    });
  });

  it("needs eight characters of a digest, and only one that they fit", async () => {
    const { store, registry, first } = await filled();
    await expect(registry.resolve("mail-triage", first.slice(0, 7))).rejects.toMatchObject({
      code: "UnknownVersion",
    });
    const twin = first.slice(0, 12) + "0".repeat(52);
    await store.put(`adapters/mail-triage/versions/${twin}/manifest.json`, "{}");
    await expect(registry.resolve("mail-triage", first.slice(0, 12))).rejects.toMatchObject({
      name: "RegistryError",
      code: "AmbiguousVersion",
      message: `2 versions of "mail-triage" start with "${first.slice(0, 12)}"`,
      fix: "give more characters of the version",
    });
  });

  it("in an empty store says how to begin", async () => {
    const registry = adapterRegistry(fileStore(join(temporaryFolder(), "store")));
    expect(await registry.list()).toEqual([]);
    await expect(registry.resolve("mail-triage", "champion")).rejects.toMatchObject({
      code: "UnknownAdapter",
      fix: "publish one: `tunekit submit JOB`",
    });
  });
});

describe("list and show", () => {
  it("give versions, aliases and the manifest; a folder without a manifest is no version", async () => {
    const { store, registry, first, second } = await filled();
    await store.put(`adapters/mail-triage/versions/${"f".repeat(64)}/README.md`, "left by a crash");
    const [adapter, ...others] = await registry.list();
    expect(others).toEqual([]);
    expect(adapter?.versions).toEqual([first, second].sort());
    expect(adapter?.aliases).toMatchObject([
      { alias: "candidate", version: second, generation: 1 },
    ]);
    expect(await registry.show("mail-triage", "candidate")).toMatchObject({
      name: "mail-triage",
      version: second,
      aliases: ["candidate"],
      manifest: { run: { id: RUNS[1] } },
    });
    expect((await registry.show("mail-triage", first)).aliases).toEqual([]);
  });

  it("refuse a manifest that was changed", async () => {
    const { store, registry, first } = await filled();
    const key = `adapters/mail-triage/versions/${first}/manifest.json`;
    const body = Buffer.from((await store.get(key))?.body ?? []).toString();
    await store.put(key, body.replace('"seed":7', '"seed":8'));
    await expect(registry.show("mail-triage", first)).rejects.toMatchObject({
      name: "StoreError",
      code: "ManifestDamaged",
      path: `${store.url}/${key}`,
      message: "this manifest is not the one that was published",
      fix: "restore it from a backup, or publish the run again after you move it aside",
    });
  });
});

describe("verify", () => {
  const FIX = "do not serve it; restore the file from a backup, or train and publish again";
  const weights = `runs/${TEAM}/${RUNS[0]}/adapter/adapter_model.safetensors`;

  it("finds nothing in a version as it was published", async () => {
    const { registry, second } = await filled();
    expect(await registry.verify("mail-triage", "candidate")).toEqual({
      version: second,
      problems: [],
    });
  });

  it("finds one changed bit, a missing file and a file too many", async () => {
    const { store, registry, first } = await filled();
    const body = Buffer.from((await store.get(weights))?.body ?? []);
    const size = body.length;
    body[size - 1] = (body[size - 1] ?? 0) ^ 1;
    await store.put(weights, body);
    const changed = {
      code: "FileChanged",
      file: "adapter_model.safetensors",
      path: weights,
      message: `adapter_model.safetensors has ${size} bytes that are not the ${size} published`,
      fix: FIX,
    };
    expect((await registry.verify("mail-triage", first)).problems).toEqual([changed]);
    await store.put(`runs/${TEAM}/${RUNS[0]}/adapter/optimizer.pt`, "x");
    expect((await registry.verify("mail-triage", first)).problems).toEqual([
      changed,
      expect.objectContaining({ code: "PickleRefused", file: "optimizer.pt" }),
    ]);
    await store.delete(weights);
    expect((await registry.verify("mail-triage", first)).problems[0]).toEqual({
      ...changed,
      code: "FileMissing",
      message: "adapter_model.safetensors is gone",
    });
  });

  it("finds a manifest that was changed", async () => {
    const { store, registry, first } = await filled();
    await store.put(`adapters/mail-triage/versions/${first}/manifest.json`, "{}");
    expect((await registry.verify("mail-triage", first)).problems).toMatchObject([
      { code: "ManifestDamaged" },
    ]);
  });
});
