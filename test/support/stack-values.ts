/** Configuration of a small stack, by key; as `Pulumi.<stack>.yaml` holds it. */
export const stackValues = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  "aws:region": "us-east-1",
  "aws:allowedAccountIds": ["111122223333"],
  "tunekit:owner": "ml-platform@example.com",
  "tunekit:costCenter": "ml-dev",
  "tunekit:network": { zones: ["us-east-1a", "us-east-1b"] },
  "tunekit:cluster": { admins: ["arn:aws:iam::111122223333:role/platform-admin"] },
  "tunekit:pools": [{ tier: "gpu-24gb", capacity: "spot", maxGpus: 4 }],
  "tunekit:teams": [{ name: "support" }],
  "tunekit:spend": { ceiling: 10_000, alarm: 500, emails: ["ml-platform@example.com"] },
  ...changes,
});

/** Machines of one's own, as they stand under `tunekit:platform`. */
export const OWNED_BOX = {
  name: "box",
  tier: "gpu-24gb",
  gpu: "RTX-4090",
  gpus: 2,
  capitalUsd: 7200,
  lifeYears: 3,
  utilisation: 0.4,
  watts: 1100,
  usdPerKwh: 0.25,
  asOf: "2026-11-20",
  source: "purchase order 117",
};

/** A pool of such machines. */
export const OWNED_POOL = {
  tier: "gpu-24gb",
  capacity: "owned",
  maxGpus: 4,
  perGpu: { cpu: 6, memoryGiB: 28, ephemeralGiB: 400 },
};
