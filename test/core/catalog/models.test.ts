import { describe, expect, it } from "vitest";
import { findModel, MODELS } from "../../../core/catalog/models.ts";
import { CatalogError } from "../../../core/errors.ts";

describe("base models", () => {
  it("knows each model once, with its source and date", () => {
    expect(MODELS.length).toBe(80);
    expect(new Set(MODELS.map(({ id }) => id)).size).toBe(MODELS.length);
    for (const model of MODELS) {
      expect(model.source, model.id).not.toBe("");
      expect(model.asOf, model.id).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  it("splits every model into parts that add up to less than 0.2 % of norms and biases", () => {
    for (const { id, parameters } of MODELS) {
      const { linear, embedding, lmHead, total, active } = parameters;
      const rest = total - linear - embedding - lmHead;
      expect(rest, id).toBeGreaterThan(0);
      expect(rest / total, id).toBeLessThan(0.002);
      expect(active, id).toBeLessThanOrEqual(total);
    }
  });

  it.each([
    // counted in the weights: docs/estimator.md
    ["smollm2-135m-instruct", 134_515_008],
    ["tunekit-tiny", 853_120],
    ["llama-2-7b", 6_738_415_616],
  ])("%s has %i parameters", (id, total) => {
    expect(findModel(id).parameters.total).toBe(total);
  });

  it("names the nearest model for an unknown one", () => {
    const error = caught(() => findModel("llama-3-8B-instrct"));
    expect(error).toMatchObject({ code: "UnknownModel", path: "base.model" });
    expect(caught(() => findModel("lama-3-8b")).fix).toBe('did you mean "llama-3-8b"?');
    expect(caught(() => findModel("xyz")).fix).toBe(
      "list the known ones with `tunekit catalog models`",
    );
  });
});

function caught(run: () => unknown): CatalogError {
  try {
    run();
  } catch (error) {
    if (error instanceof CatalogError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
