import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adapterRegistry } from "../../../sdk/registry/registry.ts";
import { fileStore } from "../../../sdk/store/file-store.ts";
import type { ObjectStore } from "../../../sdk/store/object-store.ts";
import { adapterFiles, draft, loraTensors, storeAdapter, TEAM } from "../../support/adapter.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const NAME = "mail-triage";
const ALLOWED = { allowed: true, reasons: [], evaluationId: "eval-1", reviewId: "review-1" };
const minute = (count: number) => new Date(Date.UTC(2026, 10, 24, 10, count)).toISOString();
const by = (actor: string, at = minute(0)) => ({ alias: "champion", actor, reason: "because", at });

async function withVersions(count: number) {
  const store = fileStore(join(temporaryFolder(), "store"));
  const registry = adapterRegistry(store);
  const versions: string[] = [];
  for (let index = 0; index < count; index++) {
    const run = `01JD00000000000000000000${String(index).padStart(2, "0")}`;
    await storeAdapter(store, adapterFiles(loraTensors(index)), run);
    versions.push((await registry.publish(TEAM, draft({}, run))).version);
  }
  return { store, registry, versions };
}

const moves = async (store: ObjectStore) =>
  (await adapterRegistry(store).history(NAME)).filter(({ kind }) => kind !== "published");
const storedMoves = async (store: ObjectStore) =>
  (await store.list(`adapters/${NAME}/events/`)).keys.length;

describe("promote", () => {
  it("makes the alias, moves it, and records who, why and on what evidence", async () => {
    const { store, registry, versions } = await withVersions(2);
    const [a, b] = versions as [string, string];
    const first = await registry.promote(NAME, { ...by("ana"), version: a, decision: ALLOWED });
    expect(first).toEqual({
      schemaVersion: 1,
      alias: "champion",
      version: a,
      previous: null,
      generation: 1,
      rollback: false,
      actor: "ana",
      reason: "because",
      evaluationId: "eval-1",
      reviewId: "review-1",
      at: minute(0),
    });
    await registry.promote(NAME, {
      ...by("ben", minute(1)),
      version: b.slice(0, 12),
      decision: ALLOWED,
    });
    expect(await registry.resolve(NAME, "champion")).toBe(b);
    expect(await moves(store)).toMatchObject([
      {
        kind: "promoted",
        version: a,
        previous: null,
        generation: 1,
        actor: "ana",
        evaluationId: "eval-1",
      },
      {
        kind: "promoted",
        version: b,
        previous: a,
        generation: 2,
        actor: "ben",
        reviewId: "review-1",
      },
    ]);
  });

  it("onto the version where it is moves nothing", async () => {
    const { store, registry, versions } = await withVersions(1);
    const [version = ""] = versions;
    const first = await registry.promote(NAME, { ...by("ana"), version, decision: ALLOWED });
    const again = await registry.promote(NAME, {
      ...by("ben", minute(1)),
      version,
      decision: ALLOWED,
    });
    expect(again).toEqual(first);
    expect(await moves(store)).toHaveLength(1);
  });

  it("is refused with the policy's reasons, and the alias stays", async () => {
    const { store, registry, versions } = await withVersions(2);
    const [a = "", b = ""] = versions;
    await registry.promote(NAME, { ...by("ana"), version: a, decision: ALLOWED });
    const reasons = [
      {
        code: "EvaluationMissing",
        message: "no evaluation names this version",
        fix: "run `tunekit evaluate`",
      },
      {
        code: "ReviewMissing",
        message: "nobody has reviewed it",
        fix: "run `tunekit review export`",
      },
    ];
    const decision = { ...ALLOWED, allowed: false, reasons };
    await expect(
      registry.promote(NAME, { ...by("ana"), version: b, decision }),
    ).rejects.toMatchObject({
      name: "RegistryRefusal",
      code: "PromotionRefused",
      message: "champion stays as it is: no evaluation names this version (and 1 more problem)",
      fix: "run `tunekit evaluate`",
      problems: reasons,
    });
    await expect(
      registry.promote(NAME, { ...by("ana"), version: b, decision: { ...decision, reasons: [] } }),
    ).rejects.toMatchObject({
      code: "PromotionRefused",
      message: "champion stays as it is: the policy gave no reason",
      fix: "evaluate the version and promote again",
    });
    expect(await registry.resolve(NAME, "champion")).toBe(a);
    expect(await moves(store)).toHaveLength(1);
  });

  it("never moves to a damaged version", async () => {
    const { store, registry, versions } = await withVersions(1);
    const [version = ""] = versions;
    await store.put(`runs/${TEAM}/01JD0000000000000000000000/adapter/adapter_config.json`, "{}");
    await expect(
      registry.promote(NAME, { ...by("ana"), version, decision: ALLOWED }),
    ).rejects.toMatchObject({
      name: "RegistryRefusal",
      code: "VersionDamaged",
      message: expect.stringMatching(
        /^the version is damaged: adapter_config.json has 2 bytes that are not the \d+ published$/,
      ),
      fix: "do not serve it; restore the file from a backup, or train and publish again",
    });
    expect(await moves(store)).toEqual([]);
  });

  it.each([
    ["Champion", '"Champion" can\'t be an alias: it is no name'],
    ["a/b", '"a/b" can\'t be an alias: it is no name'],
    ["deadbeef00", '"deadbeef00" can\'t be an alias: it reads like a version'],
  ])("refuses the alias %s", async (alias, message) => {
    const { registry, versions } = await withVersions(1);
    const request = { ...by("ana"), alias, version: versions[0] ?? "", decision: ALLOWED };
    await expect(registry.promote(NAME, request)).rejects.toMatchObject({
      name: "RegistryError",
      code: "WrongName",
      message,
      fix: 'use lower-case letters, digits and "-", at most 50, such as "support-triage"',
    });
  });

  it("16 at once of different versions: the alias is one of them, and every move that was made is told", async () => {
    const { store, registry, versions } = await withVersions(16);
    const outcomes = await Promise.allSettled(
      versions.map((version, index) =>
        registry.promote(NAME, { ...by(`person-${index}`), version, decision: ALLOWED }),
      ),
    );
    const made = outcomes.flatMap((outcome) =>
      outcome.status === "fulfilled" ? [outcome.value] : [],
    );
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") continue;
      expect(outcome.reason).toMatchObject({
        name: "RegistryError",
        code: "AliasMoved",
        message: expect.stringMatching(
          /^person-\d+ moved champion to [0-9a-f]{12} at the same moment$/,
        ),
        fix: "look at that version, then decide again",
      });
    }
    const generations = made.map(({ generation }) => generation).sort((a, b) => a - b);
    expect(made.length).toBeGreaterThan(0);
    expect(generations).toEqual(generations.map((_, index) => index + 1));
    const last = made.find(({ generation }) => generation === made.length);
    expect(await registry.resolve(NAME, "champion")).toBe(last?.version);
    expect(await moves(store)).toHaveLength(made.length);
  });

  it("loses to another move that came between its read and its write", async () => {
    const { store, registry, versions } = await withVersions(3);
    const [a = "", b = "", c = ""] = versions;
    await registry.promote(NAME, { ...by("ana"), version: a, decision: ALLOWED });
    const late = adapterRegistry(
      beforePut(store, "/aliases/", async () => {
        await registry.promote(NAME, { ...by("ben", minute(1)), version: b, decision: ALLOWED });
      }),
    );
    await expect(
      late.promote(NAME, { ...by("cat", minute(1)), version: c, decision: ALLOWED }),
    ).rejects.toMatchObject({
      code: "AliasMoved",
      path: `${store.url}/adapters/${NAME}/aliases/champion.json`,
      message: `ben moved champion to ${b.slice(0, 12)} at the same moment`,
    });
    expect((await moves(store)).map(({ version }) => version)).toEqual([a, b]);
  });
});

describe("rollback", () => {
  it("goes one step back, once", async () => {
    const { store, registry, versions } = await withVersions(3);
    const [a = "", b = "", c = ""] = versions;
    for (const [index, version] of [a, b].entries()) {
      await registry.promote(NAME, { ...by("ana", minute(index)), version, decision: ALLOWED });
    }
    const back = await registry.rollback(NAME, by("ben", minute(2)));
    expect(back).toMatchObject({
      version: a,
      previous: b,
      generation: 3,
      rollback: true,
      evaluationId: null,
    });
    await expect(registry.rollback(NAME, by("ben", minute(3)))).rejects.toMatchObject({
      name: "RegistryError",
      code: "AlreadyRolledBack",
      message: `ben rolled champion back at ${minute(2)}, and a rollback goes one step`,
      fix: "to move it, `tunekit adapters promote mail-triage --version VERSION --to champion`",
    });
    await registry.promote(NAME, { ...by("ana", minute(4)), version: c, decision: ALLOWED });
    expect(await registry.rollback(NAME, by("ben", minute(5)))).toMatchObject({
      version: a,
      previous: c,
    });
    expect((await moves(store)).map(({ kind, version }) => [kind, version])).toEqual([
      ["promoted", a],
      ["promoted", b],
      ["rolled-back", a],
      ["promoted", c],
      ["rolled-back", a],
    ]);
  });

  it("has nowhere to go on a first promotion or without an alias", async () => {
    const { registry, versions } = await withVersions(1);
    await expect(registry.rollback(NAME, by("ana"))).rejects.toMatchObject({
      code: "UnknownAlias",
      message: '"mail-triage" has no alias "champion"',
      fix: "`tunekit adapters list` shows its aliases",
    });
    await registry.promote(NAME, { ...by("ana"), version: versions[0] ?? "", decision: ALLOWED });
    await expect(registry.rollback(NAME, by("ana"))).rejects.toMatchObject({
      name: "RegistryError",
      code: "NothingToRollBack",
      message: "champion has only ever been one version",
      fix: "to move it, `tunekit adapters promote mail-triage --version VERSION --to champion`",
    });
  });

  it("does not go back to a version that is gone", async () => {
    const { store, registry, versions } = await withVersions(2);
    const [a = "", b = ""] = versions;
    for (const [index, version] of [a, b].entries()) {
      await registry.promote(NAME, { ...by("ana", minute(index)), version, decision: ALLOWED });
    }
    await store.delete(`adapters/${NAME}/versions/${a}/manifest.json`);
    await expect(registry.rollback(NAME, by("ana", minute(2)))).rejects.toMatchObject({
      code: "UnknownVersion",
      message: `"mail-triage" has no version ${a}`,
    });
    expect(await registry.resolve(NAME, "champion")).toBe(b);
  });
});

describe("a crash between the alias and its event", () => {
  it("is told from the alias, and healed by a repeat or by the next move", async () => {
    for (const heal of ["repeat", "next move"]) {
      const { store, registry, versions } = await withVersions(2);
      const [a = "", b = ""] = versions;
      const dying = adapterRegistry(
        beforePut(store, "/events/", async () => {
          throw new Error("killed");
        }),
      );
      const request = { ...by("ana"), version: a, decision: ALLOWED };
      await expect(dying.promote(NAME, request)).rejects.toThrow("killed");
      expect(await storedMoves(store)).toBe(2); // the two publications
      expect(await moves(store)).toMatchObject([{ kind: "promoted", version: a, generation: 1 }]);
      if (heal === "repeat") await registry.promote(NAME, request);
      else await registry.promote(NAME, { ...by("ben", minute(1)), version: b, decision: ALLOWED });
      expect(await storedMoves(store)).toBe(heal === "repeat" ? 3 : 4);
      expect((await moves(store))[0]).toMatchObject({ version: a, generation: 1, actor: "ana" });
    }
  });
});

describe("any sequence of promotions and rollbacks", () => {
  it("keeps one history without a hole, and the alias is its last line", async () => {
    const { store, registry, versions } = await withVersions(3);
    const step = fc.oneof(
      fc.constantFrom(...versions).map((version) => ({ version })),
      fc.constant({ version: undefined }),
      fc.constant({ version: "refused" as const }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const alias = `alias-${run++}`;
        let model = { version: "", previous: "", rollback: false, generation: 0 };
        for (const [index, { version }] of steps.entries()) {
          const move = { alias, actor: "ana", reason: "because", at: minute(index) };
          if (version === "refused") {
            const decision = { ...ALLOWED, allowed: false };
            const request = { ...move, version: versions[0] ?? "", decision };
            await expect(registry.promote(NAME, request)).rejects.toMatchObject({
              code: "PromotionRefused",
            });
          } else if (version !== undefined) {
            await registry.promote(NAME, { ...move, version, decision: ALLOWED });
            if (version !== model.version) {
              model = {
                version,
                previous: model.version,
                rollback: false,
                generation: model.generation + 1,
              };
            }
          } else if (model.previous && !model.rollback) {
            await registry.rollback(NAME, move);
            model = {
              version: model.previous,
              previous: model.version,
              rollback: true,
              generation: model.generation + 1,
            };
          } else {
            await expect(registry.rollback(NAME, move)).rejects.toMatchObject({
              code:
                model.generation === 0
                  ? "UnknownAlias"
                  : model.rollback
                    ? "AlreadyRolledBack"
                    : "NothingToRollBack",
            });
          }
        }
        const told = (await moves(store)).flatMap((event) =>
          event.kind !== "published" && event.alias === alias ? [event] : [],
        );
        expect(told.map(({ generation }) => generation)).toEqual(told.map((_, index) => index + 1));
        expect(told.map(({ previous }) => previous)).toEqual(
          told.map((_, index) => told[index - 1]?.version ?? null),
        );
        expect(told).toHaveLength(model.generation);
        if (model.generation > 0) expect(told.at(-1)?.version).toBe(model.version);
      }),
      { numRuns: 12 },
    );
  });
});

/** The same store, where something happens just before the first write under a part of the keys. */
function beforePut(store: ObjectStore, part: string, happen: () => Promise<void>): ObjectStore {
  let happened = false;
  return {
    ...store,
    put: async (key, ...rest) => {
      if (key.includes(part) && !happened) {
        happened = true;
        await happen();
      }
      return store.put(key, ...rest);
    },
  };
}
