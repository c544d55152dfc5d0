import { describe, expect, it } from "vitest";
import { findModel } from "../../../core/catalog/models.ts";
import { modelOfJob } from "../../../core/estimate/job-model.ts";
import { jobWith } from "../../support/estimate-input.ts";

const of = (model: string, maxLength: number) => () =>
  modelOfJob(jobWith({ base: { model, revision: "main" }, training: { steps: 1, maxLength } }));

describe("the model of a job", () => {
  it("is the catalog's, up to its whole context", () => {
    expect(of("phi-2", 2048)()).toBe(findModel("phi-2"));
  });

  it("is refused for sequences beyond its context", () => {
    expect(of("phi-2", 2049)).toThrow(
      expect.objectContaining({
        name: "InputError",
        code: "BeyondContext",
        message: "training.maxLength is 2049, and phi-2 reads at most 2048 tokens",
        path: "training.maxLength",
        fix: "set training.maxLength to 2048 or less, or take a base model with a longer context",
      }),
    );
  });

  it("takes any length where nobody knows the context", () => {
    expect(findModel("qwen1-7b").maxContext).toBeNull();
    expect(of("qwen1-7b", 1_000_000)().id).toBe("qwen1-7b");
  });

  it("is refused when the catalog lacks it", () => {
    expect(of("phi-22", 8)).toThrow(expect.objectContaining({ code: "UnknownModel" }));
  });
});
