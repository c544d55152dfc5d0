import { userInfo } from "node:os";
import { ulid } from "ulid";
import { calibrationReport } from "../core/estimate/calibration-report.ts";
import { leavesOpen } from "../core/estimate/variant.ts";
import type { ReturnedSheet } from "../core/review/read-review-sheets.ts";
import type { TrainingJob } from "../core/spec/training-job.ts";
import { adapterClient } from "./adapters.ts";
import type { CheckRequest } from "./check.ts";
import type { KitContext } from "./context.ts";
import type { EstimateOptions } from "./estimate.ts";
import { observedRuns } from "./evidence/observed-runs.ts";
import type { BaselineOptions, EvaluateOptions, Plan } from "./kit.ts";
import { readLedger } from "./ledger/ledger.ts";
import { baseModelFolder } from "./local/base-model.ts";
import { localRun, startOrResume } from "./local/local-run.ts";
import { refuseElsewhere } from "./local/refuse-elsewhere.ts";
import { trainerPython } from "./local/trainer-python.ts";
import { checkedData, type PlanOptions, pinData, plan } from "./plan.ts";
import { openProject } from "./project.ts";
import type { ReportRequest } from "./report.ts";
import type { ReviewRequest } from "./review.ts";
import { recordDataRefusal } from "./runs/data-refusal.ts";
import { runClient } from "./runs/run-client.ts";
import { findRun, listRuns, readDecision, readRun } from "./runs/run-records.ts";
import { submit } from "./runs/submit.ts";
import { fileStore } from "./store/file-store.ts";

export interface ConnectOptions {
  /** Where the project is looked for. @default the working directory */
  cwd?: string;
  /** Platform config; default `tunekit.yaml` in the folder or a parent. */
  platform?: string;
  /** Folder of the object store; default `.tunekit/store` beside the config. */
  store?: string;
  /** Who asks. @default the user who runs the process */
  requester?: string;
  env?: Readonly<Record<string, string | undefined>>;
  now?: () => Date;
}

export interface SubmitOptions extends PlanOptions {
  /** Train a share of the steps (`policy.pilotShare`) as a run of its own. @default false */
  pilot?: boolean;
}

/** What must be true before this machine may train what the gate let through. */
async function readyToTrain(context: KitContext, { job, estimate }: Plan): Promise<void> {
  refuseElsewhere(job, estimate);
  baseModelFolder(context.project.platform, job.base.model);
  await trainerPython(context.env);
}

/**
 * Opens the project on this machine. Reads the platform config, nothing else; nothing is written before it is needed.
 * What only some calls need is loaded on first use, so that a plan answers in half a second.
 */
export async function connect(options: ConnectOptions = {}): Promise<Kit> {
  const project = openProject({ ...options, cwd: options.cwd ?? process.cwd() });
  const context: KitContext = {
    project,
    store: fileStore(project.store),
    requester: options.requester ?? userName(),
    env: options.env ?? process.env,
    now: options.now ?? (() => new Date()),
    newId: (at) => ulid(at.getTime()),
  };
  return kitOf(context);
}

/** The client on a context that is there already. */
export function kitOf(context: KitContext) {
  const { project, store } = context;

  const openRun = async (team: string, runId: string) => {
    const record = await readRun(store, team, runId);
    if (!record) throw new TypeError(`run ${runId} was listed and is gone`);
    return runClient(context, record, (await readDecision(store, team, runId)).decision);
  };

  return {
    requester: context.requester,
    project,
    /** Checks a dataset file and freezes its split. */
    check: async (file: string, request?: CheckRequest) =>
      (await import("./check.ts")).check(context, file, request),
    /** What a job needs, takes and costs, placement by placement; asks no gate and changes nothing. */
    estimate: async (job: TrainingJob, at: EstimateOptions) =>
      (await import("./estimate.ts")).estimate(context, job, at),
    /** Estimate and decision; changes nothing. */
    plan: (job: TrainingJob, at: PlanOptions) => plan(context, job, at),
    /**
     * Plans, records, and trains when the gate says yes. The same job again finds its run and resumes it.
     * @throws GateRefusedError, DataRefusedError
     */
    submit: async (job: TrainingJob, { pilot = false, ...at }: SubmitOptions) => {
      const { dataset } = await recordDataRefusal(context, job, () =>
        checkedData(context, job, { ...at, store: true }),
      );
      const pinned = pinData(job, dataset);
      const decided = async () => {
        const planned = await plan(context, pinned, at);
        if (planned.decision.admitted) await readyToTrain(context, planned); // before anything is recorded or reserved
        return planned;
      };
      const { record, decision } = await submit(context, pinned, decided, pilot);
      const client = runClient(context, record, decision);
      const { state } = await client.status();
      if (state === "starting" || state === "interrupted") {
        await startOrResume(localRun(context, record, decision), await trainerPython(context.env));
      }
      return client;
    },
    runs: {
      /** Newest first. */
      list: async () => {
        const statuses = [];
        for (const { team, runId } of await listRuns(store))
          statuses.push(await (await openRun(team, runId)).status());
        return statuses;
      },
      /** By id, or by its first characters. */
      get: async (id: string) => {
        const { team, runId } = await findRun(store, id);
        return openRun(team, runId);
      },
    },
    /** Finds the best prompt of the base model for a job and scores it once on the test split. */
    baseline: async (job: TrainingJob, at: PlanOptions & BaselineOptions) => {
      const { dataset } = await checkedData(context, job, { folder: at.folder, store: true });
      // the base is asked as the run will load it, and the planner may settle how
      const asked = leavesOpen(job) ? (await plan(context, pinData(job, dataset), at)).job : job;
      const { findBaseline } = await import("./baseline.ts");
      return findBaseline(context, asked, dataset, await trainerPython(context.env), at);
    },
    /** Compares an adapter with the base model and the best prompt on the frozen test split. */
    evaluate: async (name: string, how: EvaluateOptions = {}) => {
      const { evaluate } = await import("./evaluate.ts");
      return evaluate(context, name, await trainerPython(context.env), how);
    },
    review: {
      export: async (name: string, request: ReviewRequest) =>
        (await import("./review.ts")).exportReview(context, name, request),
      import: async (
        name: string,
        request: { version: string; sheets: readonly ReturnedSheet[] },
      ) => (await import("./review.ts")).importReview(context, name, request),
    },
    adapters: adapterClient(context),
    ledger: { read: () => readLedger(store) },
    /** How well settled runs match their estimates, and what that makes of the next one; changes nothing. */
    calibration: async () => calibrationReport(observedRuns((await readLedger(store)).entries)),
    /** The finance report of a month as text. */
    report: async (request: ReportRequest) =>
      (await import("./report.ts")).report(context, request),
  };
}

/** In a container the user may be a number without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}

export type Kit = ReturnType<typeof kitOf>;
