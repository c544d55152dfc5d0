import { describe, expect, it } from "vitest";
import { registryBucketPolicy } from "../../components/registry-policies.ts";
import { REGISTRY_ROLES } from "../../components/registry-rights.ts";
import { datasetKey } from "../../sdk/dataset/freeze.ts";
import { baselineKey } from "../../sdk/evidence/baselines.ts";
import { evaluationKeys } from "../../sdk/evidence/evaluations.ts";
import { adapterKeys } from "../../sdk/registry/registry-keys.ts";
import { pointerKey, runKeys } from "../../sdk/runs/run-records.ts";
import {
  ADMIN,
  ask,
  BUCKET,
  KMS_KEY,
  PUTS,
  roleArn,
  type Who,
} from "../support/registry-requests.ts";

const DIGEST = "a".repeat(64);
const run = runKeys("research", "01JD0000000000000000000000");
const foreign = runKeys("support", "01JD0000000000000000000000");
const adapter = adapterKeys("triage");
const evaluation = evaluationKeys(DIGEST);
const WEIGHTS = `${run.adapter}/adapter_model.safetensors`;
const EVENT = adapter.event("01JD0000000000000000000000");
const LEDGER = "ledger/2026/11/24/01JD0000000000000000000000.json";
const BASE = "models/Qwen/Qwen3-8B@0123/model-00001-of-00004.safetensors";
const CHECKPOINT = "runs/research/01JD/checkpoints/checkpoint-50/optimizer.pt";

/** Keys as the SDK makes them, so a change of the layout that the policies do not follow fails here. */
const ONCE = [
  run.job,
  run.decision,
  run.result,
  WEIGHTS,
  adapter.manifest(DIGEST),
  adapter.card(DIGEST),
  EVENT,
  datasetKey(DIGEST, "train.jsonl"),
  datasetKey(DIGEST, "test.jsonl"),
  datasetKey(DIGEST, "dataset.json"),
  evaluation.predictions,
  evaluation.report,
  evaluation.review(DIGEST),
  baselineKey(DIGEST),
  LEDGER,
  BASE,
];
const SWAPPED = [
  adapter.alias("champion"),
  pointerKey("research", DIGEST),
  "budgets/research/2026-11.json",
  datasetKey(DIGEST, "readiness.json"),
];
const FREE = [run.metrics, CHECKPOINT];

describe("the bucket, to whoever may do anything else", () => {
  it.each(ONCE)("takes %s once: only with If-None-Match", (key) => {
    expect(ask("anybody", "PutObject", key, PUTS.plain)).toBe("denied");
    expect(ask("anybody", "PutObject", key, PUTS.swap)).toBe("denied");
    expect(ask("anybody", "PutObject", key, PUTS.once)).toBe("allowed");
  });

  it.each(ONCE)("takes %s in parts, and asks for the condition at the end", (key) => {
    expect(ask("anybody", "PutObject", key, PUTS.part)).toBe("allowed");
    expect(ask("anybody", "PutObject", key, PUTS.plain)).toBe("denied");
  });

  it.each(SWAPPED)("changes %s only for who has seen it", (key) => {
    expect(ask("anybody", "PutObject", key, PUTS.plain)).toBe("denied");
    expect(ask("anybody", "PutObject", key, PUTS.swap)).toBe("allowed");
    expect(ask("anybody", "PutObject", key, PUTS.once)).toBe("allowed");
    expect(ask("anybody", "PutObject", key, PUTS.part)).toBe("allowed");
  });

  it.each(FREE)("lets %s be replaced", (key) => {
    expect(ask("anybody", "PutObject", key, PUTS.plain)).toBe("allowed");
  });

  it.each(ONCE)("lets nobody but garbage collection delete %s", (key) => {
    const isKept = key.startsWith("ledger/") || key.includes("/events/");
    for (const action of ["DeleteObject", "DeleteObjectVersion"]) {
      expect(ask("anybody", action, key)).toBe("denied");
      expect(ask("admin", action, key)).toBe("allowed");
    }
    const collected = /^adapters\/.*\/versions\/|\/adapter\//.test(key);
    const gc = isKept ? "denied" : collected ? "allowed" : "not allowed";
    expect(ask("gc", "DeleteObject", key)).toBe(gc);
  });

  it("keeps everything for ever where nobody is an administrator", () => {
    const policy = registryBucketPolicy({
      bucketArn: BUCKET,
      kmsKeyArn: KMS_KEY,
      gcRoleArn: roleArn("gc"),
      administrators: [],
    });
    expect(ask("admin", "DeleteObject", EVENT, {}, policy)).toBe("denied");
    expect(ask("gc", "DeleteObject", EVENT, {}, policy)).toBe("denied");
    expect(ask("gc", "DeleteObject", adapter.manifest(DIGEST), {}, policy)).toBe("allowed");
  });

  it("takes no tag that would let a kept object expire", () => {
    const tag = { "s3:requestobjecttag/tunekit.dev/lifecycle": "checkpoint" };
    expect(ask("anybody", "PutObject", run.result, { ...PUTS.once, ...tag })).toBe("denied");
    expect(ask("anybody", "PutObjectTagging", run.result, tag)).toBe("denied");
    expect(ask("anybody", "PutObject", CHECKPOINT, { ...PUTS.plain, ...tag })).toBe("allowed");
    expect(ask("trainer", "PutObjectTagging", CHECKPOINT, tag)).toBe("allowed");
  });

  it("speaks TLS 1.2 or newer", () => {
    const get = (context: Record<string, string>) =>
      ask("anybody", "GetObject", run.metrics, context);
    expect(get({})).toBe("allowed");
    expect(get({ "aws:securetransport": "false" })).toBe("denied");
    expect(get({ "s3:tlsversion": "1.1" })).toBe("denied");
    expect(get({ "s3:tlsversion": "1.2" })).toBe("allowed");
  });

  it("encrypts with its own key, said or unsaid", () => {
    const put = (context: Record<string, string>) =>
      ask("anybody", "PutObject", run.metrics, { ...PUTS.plain, ...context });
    const how = "s3:x-amz-server-side-encryption";
    expect(put({})).toBe("allowed");
    expect(put({ [how]: "aws:kms" })).toBe("allowed");
    expect(put({ [how]: "aws:kms", [`${how}-aws-kms-key-id`]: KMS_KEY })).toBe("allowed");
    expect(put({ [how]: "aws:kms", [`${how}-aws-kms-key-id`]: `${KMS_KEY}2` })).toBe("denied");
    expect(put({ [how]: "AES256" })).toBe("denied");
    expect(put({ [`${how}-customer-algorithm`]: "AES256" })).toBe("denied");
  });

  it("is reached from inside only, apart from its administrators and AWS itself", () => {
    const policy = registryBucketPolicy({
      bucketArn: BUCKET,
      kmsKeyArn: KMS_KEY,
      gcRoleArn: roleArn("gc"),
      administrators: [ADMIN],
      vpcEndpointId: "vpce-1",
      organizationId: "o-1",
    });
    const inside = { "aws:sourcevpce": "vpce-1", "aws:principalorgid": "o-1" };
    const get = (who: Who, context: Record<string, string>) =>
      ask(who, "GetObject", run.metrics, context, policy);
    expect(get("anybody", inside)).toBe("allowed");
    expect(get("anybody", { ...inside, "aws:sourcevpce": "vpce-2" })).toBe("denied");
    expect(get("anybody", { "aws:principalorgid": "o-1" })).toBe("denied");
    expect(get("anybody", { ...inside, "aws:principalorgid": "o-2" })).toBe("denied");
    expect(get("admin", {})).toBe("allowed");
    expect(get("anybody", { "aws:principalisawsservice": "true" })).toBe("allowed");
    // whoever runs `pulumi up` from outside still reaches the bucket's own settings
    expect(ask("anybody", "GetBucketPolicy", "", {}, policy)).toBe("allowed");
  });
});

/** The best that each may do with a key: r read, w write with the condition that the key wants, d delete. */
function rightsOn(who: Who, key: string): string {
  const puts = ONCE.includes(key) || key.startsWith("runs/support/") ? PUTS.once : PUTS.swap;
  const put = FREE.includes(key) ? PUTS.plain : puts;
  return [
    ask(who, "GetObject", key) === "allowed" ? "r" : "-",
    ask(who, "PutObject", key, put) === "allowed" ? "w" : "-",
    ask(who, "DeleteObject", key) === "allowed" ? "d" : "-",
  ].join("");
}

describe("what each role may do", () => {
  const WHO = [...REGISTRY_ROLES, "scientist"] as const;
  //                                             trainer evaluator mirror controller serving promoter gc scientist
  const TABLE: [string, string, string][] = [
    ["the job of a run of its team", run.job, "r-- --- --- rw- --- r-- r-- rw-"],
    ["its decision", run.decision, "r-- --- --- rw- --- r-- r-- rw-"],
    ["its result", run.result, "rw- --- --- rw- --- r-- r-- r--"],
    ["its metrics", run.metrics, "rw- --- --- r-- --- --- r-- r--"],
    ["its checkpoints", CHECKPOINT, "rwd --- --- r-- --- --- r-d r--"],
    ["its adapter", WEIGHTS, "rw- r-- --- r-- r-- r-- r-d r--"],
    ["a run of another team", foreign.result, "--- --- --- rw- --- r-- r-- ---"],
    ["which run answers a job", pointerKey("research", DIGEST), "r-- --- --- rw- --- --- r-- rw-"],
    ["a version", adapter.manifest(DIGEST), "--- r-- --- rw- r-- r-- r-d r--"],
    ["an alias", adapter.alias("champion"), "--- --- --- r-- r-- rw- r-- r--"],
    ["an event", EVENT, "--- --- --- rw- --- rw- rw- r--"],
    ["the training split", datasetKey(DIGEST, "train.jsonl"), "r-- r-- --- r-- --- --- r-- rw-"],
    ["the test split", datasetKey(DIGEST, "test.jsonl"), "--- r-- --- r-- --- --- r-- rw-"],
    ["an evaluation", evaluation.report, "--- rw- --- r-- --- r-- r-- r--"],
    ["a review", evaluation.review(DIGEST), "--- r-- --- r-- --- r-- r-- rw-"],
    ["a prompt baseline", baselineKey(DIGEST), "--- r-- --- r-- --- r-- r-- rw-"],
    ["the ledger", LEDGER, "--- --- --- rw- --- rw- r-- r--"],
    ["a budget", "budgets/research/2026-11.json", "--- --- --- rw- --- --- r-- r--"],
    ["base weights", BASE, "r-- r-- rw- r-- r-- --- r-- r--"],
  ];

  it.each(TABLE)("with %s", (_, key, expected) => {
    expect(Object.fromEntries(WHO.map((who) => [who, rightsOn(who, key)]))).toEqual(
      Object.fromEntries(WHO.map((who, index) => [who, expected.split(" ")[index]])),
    );
  });

  it("a pod without a team's session tag reads and writes no run", () => {
    const nobody = { "aws:principaltag/kubernetes-namespace": "" };
    expect(ask("trainer", "GetObject", run.result, nobody)).toBe("not allowed");
    expect(ask("trainer", "PutObject", run.result, { ...PUTS.once, ...nobody })).toBe(
      "not allowed",
    );
  });

  it("a trainer lists its own team's runs and no others", () => {
    const list = (prefix: string) => ask("trainer", "ListBucket", "", { "s3:prefix": prefix });
    expect(list("runs/research/01JD/")).toBe("allowed");
    expect(list("runs/support/")).toBe("not allowed");
    expect(list("")).toBe("not allowed");
    expect(ask("controller", "ListBucket", "")).toBe("allowed");
  });
});
