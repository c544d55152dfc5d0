import { describe, expect, it } from "vitest";
import { isDigest } from "../../../core/digest.ts";
import { jobDigest, TrainingJob } from "../../../core/spec/training-job.ts";
import { parseYaml } from "../../../core/spec/yaml.ts";
import { JOB_YAML } from "../../support/job-yaml.ts";

const parse = (text: string) => parseYaml(TrainingJob, text, "job.yaml");
const job = parse(JOB_YAML);

describe("TrainingJob", () => {
  it("fills in what it documents as default, and nothing that changes the value of the case", () => {
    expect(job).toMatchObject({
      lora: { r: 16, alpha: 32, dropout: 0.05, targetModules: "all-linear" },
      quantization: { type: "nf4", doubleQuant: true },
      training: {
        batchSize: 8,
        gradientAccumulation: 1,
        learningRate: 2e-4,
        warmupSteps: 10,
        maxLength: 1024,
        checkpointEverySteps: 50,
        keepBest: true,
      },
      stack: {},
      placement: { capacity: ["on-demand"], region: "us-east-1", gpuCount: 1 },
      sweepRuns: 1,
      labellingCost: 0,
      evaluation: { maxNewTokens: 64, batchSize: 16 },
    });
    expect(job.stack).toEqual({});
    expect(job.placement.deadline).toBeUndefined();
  });

  it("holds money in micro-USD and time in seconds", () => {
    const text = JOB_YAML.replace("  tiers:", "  deadline: 2h\n  tiers:");
    expect(parse(text)).toMatchObject({
      useCase: { valuePerCorrectAnswer: 50_000, deploymentCost: 400_000_000 },
      placement: { deadline: 7_200 },
    });
  });

  it("takes the digest of a checked dataset instead of a file", () => {
    const digest = "ab".repeat(32);
    expect(parse(JOB_YAML.replace("path: examples.jsonl", `digest: ${digest}`)).dataset).toEqual({
      digest,
    });
  });
});

describe("jobDigest", () => {
  it("is the same for the same job, however it is written", () => {
    const [kind, ...rest] = JOB_YAML.split("\n").filter(Boolean);
    const reordered = `# another hand\n${rest.join("\n")}\n${kind}\nsweepRuns: 1\n`;
    expect(isDigest(jobDigest(job))).toBe(true);
    expect(jobDigest(parse(reordered))).toBe(jobDigest(job));
    expect(jobDigest(parse(JOB_YAML.replace("0.05 USD", '"0.050"')))).toBe(jobDigest(job));
  });

  it.each([
    ["seed: 7", "seed: 8"],
    ["steps: 100", "steps: 101"],
    ["revision: main", "revision: v2"],
    ["method: lora", "method: qlora"],
  ])("changes when %s becomes %s", (from, to) => {
    expect(jobDigest(parse(JOB_YAML.replace(from, to)))).not.toBe(jobDigest(job));
  });
});
