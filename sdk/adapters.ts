import { distance } from "fastest-levenshtein";
import { InputError } from "../core/errors.ts";
import type { AliasRecord } from "../core/spec/adapter.ts";
import type { LedgerEntry } from "../core/spec/ledger.ts";
import { TrainingJob } from "../core/spec/training-job.ts";
import { decidePromotion } from "../policies/promotion.ts";
import type { PromotionDecision, PromotionFacts } from "../policies/promotion-facts.ts";
import type { KitContext } from "./context.ts";
import { baselineFor } from "./evidence/baselines.ts";
import { evaluationOfVersion, reviewsOf } from "./evidence/evaluations.ts";
import { append } from "./ledger/ledger.ts";
import { ledgerId } from "./ledger/ledger-id.ts";
import { type AdapterVersion, listAdapters } from "./registry/adapter-versions.ts";
import { adapterRegistry } from "./registry/registry.ts";
import { readRun } from "./runs/run-records.ts";

export interface PromoteRequest {
  /** Alias or digest. */
  version: string;
  to: string;
  reason: string;
}

export interface RollbackRequest {
  alias: string;
  reason: string;
}

/** Adapter versions and their aliases, each move through its gate and into the ledger. */
export function adapterClient(context: KitContext) {
  const registry = adapterRegistry(context.store);
  return {
    list: registry.list,
    show: registry.show,
    verify: registry.verify,
    history: registry.history,
    /** What the promotion gate would say; changes nothing. */
    judge: (name: string, request: Pick<PromoteRequest, "version" | "to">) =>
      judge(context, name, request),
    /** Moves an alias to a version. @throws RegistryRefusal with every reason when the gate refuses; InputError `AliasMisspelt`. */
    promote: async (name: string, { version, to, reason }: PromoteRequest) => {
      const decision = await judge(context, name, { version, to });
      const at = context.now().toISOString();
      const move = { alias: to, actor: context.requester, reason, at };
      const { evaluationId, reviewId, allowed } = decision;
      const reasons = decision.reasons.filter(({ severity }) => severity === "blocking");
      await recordLastMove(context, name, to);
      const record = await registry.promote(name, {
        ...move,
        version: decision.version,
        decision: { allowed, reasons, evaluationId, reviewId },
      });
      await append(context.store, await promotedEntry(context, name, record));
      return record;
    },
    /** Moves an alias one step back. Always allowed. */
    rollback: async (name: string, { alias, reason }: RollbackRequest) => {
      const at = context.now().toISOString();
      await recordLastMove(context, name, alias);
      const record = await registry.rollback(name, { alias, actor: context.requester, reason, at });
      await append(context.store, await promotedEntry(context, name, record));
      return record;
    },
  };
}

async function judge(
  context: KitContext,
  name: string,
  { version: reference, to }: Pick<PromoteRequest, "version" | "to">,
): Promise<PromotionDecision> {
  refuseMisspelt(to);
  const registry = adapterRegistry(context.store);
  const { version, manifest } = await registry.show(name, reference);
  const testDigest = manifest.data.splits.test;
  const evaluation = await evaluationOfVersion(context.store, testDigest, version);
  const reviews = evaluation ? await reviewsOf(context.store, evaluation.id) : [];
  const job = await jobOf(context, manifest);
  const baseline = job ? await baselineFor(context, job, testDigest) : undefined;
  const adapter = (await listAdapters(context.store, `adapters/${name}/`))[0];
  const current = adapter?.aliases.find(({ alias }) => alias === to);
  const facts: PromotionFacts = {
    schemaVersion: 1,
    now: context.now().toISOString(),
    actor: context.requester,
    adapter: name,
    alias: to,
    version,
    verified: (await registry.verify(name, version)).problems.length === 0,
    rollback: false,
    current: current
      ? { version: current.version, previous: current.previous, rollback: current.rollback }
      : null,
    testDigest,
    baselinePromptDigest: baseline?.baseline.promptDigest ?? null,
    evaluation: evaluation ?? null,
    review: null,
    policy: context.project.platform.promotion,
  };
  // Each review is judged: one that was lost stays lost, whatever another one says later.
  const decisions = (reviews.length > 0 ? reviews.map(({ review }) => review) : [null]).map(
    (review) => decidePromotion({ ...facts, review }),
  );
  return (decisions.find(({ allowed }) => !allowed) ?? decisions.at(-1)) as PromotionDecision;
}

/** Only these names have a gate of their own: one typed wrongly would be a free name, without it. */
function refuseMisspelt(alias: string): void {
  const meant = ["champion", "candidate"].find((name) => distance(alias, name) <= 2);
  if (meant === undefined || meant === alias) return;
  throw new InputError(
    "AliasMisspelt",
    `"${alias}" is too near to "${meant}" to be a name of its own`,
    {
      path: "--to",
      fix: `did you mean "${meant}"? otherwise take another name`,
    },
  );
}

/** A command that was killed between its move and the ledger left a gap; the next move closes it first. */
async function recordLastMove(context: KitContext, name: string, alias: string): Promise<void> {
  const [adapter] = await listAdapters(context.store, `adapters/${name}/`);
  const record = adapter?.aliases.find((known) => known.alias === alias);
  if (record) await append(context.store, await promotedEntry(context, name, record));
}

async function promotedEntry(
  context: KitContext,
  name: string,
  record: AliasRecord,
): Promise<LedgerEntry> {
  const { manifest } = await adapterRegistry(context.store).show(name, record.version);
  return {
    schemaVersion: 1,
    kind: "promoted",
    id: ledgerId(record.at, "promoted", `${name}/${record.alias}/${record.generation}`),
    at: record.at,
    actor: record.actor,
    team: teamOf(manifest),
    useCase: (await jobOf(context, manifest))?.useCase.name ?? "",
    adapter: name,
    alias: record.alias,
    version: record.version,
    previous: record.previous,
    rollback: record.rollback,
    reason: record.reason,
  };
}

type Manifest = AdapterVersion["manifest"];

/** The files of a version lie where its run put them: `runs/<team>/<runId>/adapter/`. */
const teamOf = ({ files }: Manifest): string => files[0]?.key.split("/")[1] ?? "";

/** The job that made a version; undefined when its run is not in this store. */
async function jobOf({ store }: KitContext, manifest: Manifest): Promise<TrainingJob | undefined> {
  const record = await readRun(store, teamOf(manifest), manifest.run.id);
  return record && TrainingJob.parse(record.job);
}
