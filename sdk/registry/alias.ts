import { canonicalJson } from "../../core/digest.ts";
import { type Problem, RegistryError } from "../../core/errors.ts";
import { AliasRecord } from "../../core/spec/adapter.ts";
import { readDocument } from "../store/document.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { movedEvent, writeEvent } from "./adapter-events.ts";
import { readManifest, resolveVersion } from "./adapter-versions.ts";
import { adapterKeys, checkName } from "./registry-keys.ts";
import { RegistryRefusal } from "./registry-refusal.ts";
import { verifyVersion } from "./verify.ts";

/** What the promotion policy said of one version for one alias. */
export interface PromotionDecision {
  allowed: boolean;
  reasons: readonly Pick<Problem, "code" | "message" | "fix">[];
  evaluationId: string | null;
  reviewId: string | null;
}

/** Who moves an alias, why, and the instant that is recorded. */
export interface AliasMove {
  alias: string;
  actor: string;
  reason: string;
  at: string;
}

/**
 * Points an alias at a version, by compare-and-swap. The version is read back first: a damaged one is never promoted.
 * Where the alias points there already, nothing moves; a repeat after a crash only writes the event that is missing.
 * @param version an alias, a digest or the start of one.
 * @throws RegistryRefusal `PromotionRefused`, `VersionDamaged`; RegistryError `AliasMoved` and those of `resolveVersion`
 */
export async function promote(
  store: ObjectStore,
  name: string,
  request: AliasMove & { version: string; decision: PromotionDecision },
): Promise<AliasRecord> {
  const { decision, alias } = request;
  checkName("alias", alias);
  const version = await resolveVersion(store, name, request.version);
  if (!decision.allowed) {
    const [first = NO_REASON, ...rest] = decision.reasons;
    throw new RegistryRefusal(`${alias} stays as it is`, [first, ...rest], "PromotionRefused");
  }
  const [damage, ...more] = (await verifyVersion(store, name, version)).problems;
  if (damage) {
    throw new RegistryRefusal("the version is damaged", [damage, ...more], "VersionDamaged");
  }
  return move(store, name, request, (current) =>
    current?.version === version
      ? current
      : {
          version,
          rollback: false,
          evaluationId: decision.evaluationId,
          reviewId: decision.reviewId,
        },
  );
}

/**
 * Points an alias back at what it was before the last promotion: one step, needing no decision, always recorded.
 * @throws RegistryError `UnknownAlias`, `NothingToRollBack`, `AlreadyRolledBack`, `AliasMoved`, `UnknownVersion`
 */
export async function rollback(
  store: ObjectStore,
  name: string,
  request: AliasMove,
): Promise<AliasRecord> {
  const { alias } = request;
  checkName("adapter", name);
  checkName("alias", alias);
  const again = `to move it, \`tunekit adapters promote ${name} --version VERSION --to ${alias}\``;
  return move(store, name, request, async (current) => {
    if (!current) {
      throw new RegistryError("UnknownAlias", `"${name}" has no alias "${alias}"`, {
        fix: "`tunekit adapters list` shows its aliases",
      });
    }
    if (current.rollback) {
      throw new RegistryError(
        "AlreadyRolledBack",
        `${current.actor} rolled ${alias} back at ${current.at}, and a rollback goes one step`,
        { fix: again },
      );
    }
    if (current.previous === null) {
      throw new RegistryError("NothingToRollBack", `${alias} has only ever been one version`, {
        fix: again,
      });
    }
    await readManifest(store, name, current.previous);
    return { version: current.previous, rollback: true, evaluationId: null, reviewId: null };
  });
}

type Next = Pick<AliasRecord, "version" | "rollback" | "evaluationId" | "reviewId">;

/**
 * One turn of compare-and-swap. `decide` returns its argument to stay. Who loses the race is told so and looks again: the
 * decision was about the alias as it was. The event of the current generation is written before the next one can exist.
 */
async function move(
  store: ObjectStore,
  name: string,
  { alias, actor, reason, at }: AliasMove,
  decide: (current: AliasRecord | undefined) => Next | Promise<Next>,
): Promise<AliasRecord> {
  const key = adapterKeys(name).alias(alias);
  const read = () => readDocument(store, key, AliasRecord);
  const current = await read();
  if (current) await writeEvent(store, movedEvent(name, current.value));
  const next = await decide(current?.value);
  if (current && next === current.value) return current.value;
  const record: AliasRecord = {
    ...next,
    schemaVersion: 1,
    alias,
    previous: current?.value.version ?? null,
    generation: (current?.value.generation ?? 0) + 1,
    actor,
    reason,
    at,
  };
  const condition = current ? { ifMatch: current.etag } : { ifAbsent: true as const };
  const outcome = await store.put(key, canonicalJson(record), condition);
  if (outcome.ok) {
    await writeEvent(store, movedEvent(name, record));
    return record;
  }
  const winner = (await read())?.value;
  if (winner && winner.version === record.version) return winner;
  throw new RegistryError(
    "AliasMoved",
    `${winner?.actor ?? "somebody"} moved ${alias} to ${winner?.version.slice(0, 12) ?? "nothing"} at the same moment`,
    { path: `${store.url}/${key}`, fix: "look at that version, then decide again" },
  );
}

const NO_REASON = {
  code: "NoReason",
  message: "the policy gave no reason",
  fix: "evaluate the version and promote again",
};
