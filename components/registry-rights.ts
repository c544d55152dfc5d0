/**
 * Who may touch which keys of the store; the layout is in docs/architecture.md. A `*` spans folders, as in every S3 policy.
 */

/** Put once, with `If-None-Match: *`, and never changed. */
export const WRITE_ONCE_KEYS = [
  "runs/*/*/job.json",
  "runs/*/*/decision.json",
  "runs/*/*/result.json",
  "runs/*/*/adapter/*",
  "adapters/*/versions/*",
  "adapters/*/events/*",
  "datasets/*/train.jsonl",
  "datasets/*/validation.jsonl",
  "datasets/*/test.jsonl",
  "datasets/*/dataset.json",
  "evaluations/*",
  "baselines/*",
  "ledger/*",
  "models/*",
] as const;

/** Changed only by whoever has seen what is there: `If-Match` with its ETag, or `If-None-Match: *` the first time. */
export const SWAP_KEYS = [
  "adapters/*/aliases/*",
  "budgets/*",
  "runs/*/by-job/*",
  "datasets/*/readiness.json",
] as const;

/** Never deleted by anybody, garbage collection included. */
export const KEPT_KEYS = ["adapters/*/events/*", "ledger/*"] as const;

export const REGISTRY_ROLES = [
  "trainer",
  "evaluator",
  "mirror",
  "controller",
  "serving",
  "promoter",
  "gc",
] as const;
export type RegistryRole = (typeof REGISTRY_ROLES)[number];

export interface Rights {
  read?: readonly string[];
  /** Prefixes that may be listed; `*` is all of them, and then a missing key is answered with 404 and not with 403. */
  list?: readonly string[];
  write?: readonly string[];
  delete?: readonly string[];
  /** Keys that may be put with the tag of a checkpoint. */
  tagCheckpoints?: readonly string[];
  /** True where versions are locked as they are written. */
  mayLock?: boolean;
}

/** The namespace of a pod, which is its team: EKS Pod Identity puts it into the session. */
export const OWN_TEAM = `\${aws:PrincipalTag/kubernetes-namespace}`;

/** A trainer writes what its run leaves, and cannot read the test split nor write a version. */
const trainer: Rights = {
  read: [
    "datasets/*/train.jsonl",
    "datasets/*/validation.jsonl",
    "datasets/*/dataset.json",
    "models/*",
    `runs/${OWN_TEAM}/*`,
  ],
  list: [`runs/${OWN_TEAM}/*`, "models/*"],
  write: [
    `runs/${OWN_TEAM}/*/metrics.jsonl`,
    `runs/${OWN_TEAM}/*/checkpoints/*`,
    `runs/${OWN_TEAM}/*/adapter/*`,
    `runs/${OWN_TEAM}/*/result.json`,
  ],
  tagCheckpoints: [`runs/${OWN_TEAM}/*/checkpoints/*`],
  delete: [`runs/${OWN_TEAM}/*/checkpoints/*`],
};

export const RIGHTS: Record<RegistryRole, Rights> = {
  trainer,
  evaluator: {
    read: [
      "datasets/*",
      "models/*",
      "baselines/*",
      "adapters/*/versions/*",
      `runs/${OWN_TEAM}/*/adapter/*`,
      "evaluations/*",
    ],
    list: ["evaluations/*", "models/*"],
    // Not under review/: what people said of an answer comes from people.
    write: ["evaluations/*/predictions.jsonl", "evaluations/*/report.json"],
  },
  /** Fills the mirror of base weights, once per revision. */
  mirror: { read: ["models/*"], list: ["models/*"], write: ["models/*"] },
  /** Decides, mints versions after it has checked their files, settles. It moves no alias. */
  controller: {
    read: ["*"],
    list: ["*"],
    write: [
      "runs/*/*/job.json",
      "runs/*/*/decision.json",
      "runs/*/*/result.json",
      "runs/*/by-job/*",
      "adapters/*/versions/*",
      "adapters/*/events/*",
      "ledger/*",
      "budgets/*",
    ],
  },
  serving: {
    read: ["adapters/*/aliases/*", "adapters/*/versions/*", "runs/*/*/adapter/*", "models/*"],
    list: ["adapters/*", "models/*"],
  },
  promoter: {
    read: [
      "adapters/*",
      "evaluations/*",
      "baselines/*",
      "runs/*/*/job.json",
      "runs/*/*/decision.json",
      "runs/*/*/result.json",
      "runs/*/*/adapter/*",
      "datasets/*/dataset.json",
    ],
    list: ["*"],
    write: ["adapters/*/aliases/*", "adapters/*/events/*", "ledger/*"],
  },
  gc: {
    read: ["*"],
    list: ["*"],
    write: ["adapters/*/events/*"],
    delete: ["adapters/*/versions/*", "runs/*/*/adapter/*", "runs/*/*/checkpoints/*"],
  },
};

/** A person of one team: everything that an SDK on a laptop writes, for that team. */
export const dataScientistRights = (team: string): Rights => ({
  read: [
    "datasets/*",
    "baselines/*",
    "evaluations/*",
    "adapters/*",
    "models/*",
    `runs/${team}/*`,
    `budgets/${team}/*`,
    "ledger/*",
  ],
  list: ["*"],
  write: [
    "datasets/*",
    "baselines/*",
    "evaluations/*/review/*",
    `runs/${team}/*/job.json`,
    `runs/${team}/*/decision.json`,
    `runs/${team}/by-job/*`,
  ],
});
