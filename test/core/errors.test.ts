import { describe, expect, it } from "vitest";
import {
  CatalogError,
  InputError,
  isKitError,
  KitError,
  RegistryError,
  RUN_FAILURES,
  RunError,
  SpecError,
  StoreError,
} from "../../core/errors.ts";

const kinds = [
  [InputError, "InputError"],
  [CatalogError, "CatalogError"],
  [RegistryError, "RegistryError"],
  [StoreError, "StoreError"],
] as const;

describe("errors", () => {
  it.each(kinds)("%o carries code, path, fix and cause under its own name", (Kind, name) => {
    const cause = new Error("disk");
    const error = new Kind("Unreadable", "cannot read it", { fix: "try", path: "a.yaml", cause });
    expect(error).toBeInstanceOf(KitError);
    expect(isKitError(error)).toBe(true);
    expect(error.cause).toBe(cause);
    expect(error.toJSON()).toEqual({
      error: name,
      code: "Unreadable",
      message: "cannot read it",
      fix: "try",
      path: "a.yaml",
    });
  });

  it("has no path and no cause that nobody gave", () => {
    const error = new InputError("Missing", "it is not there", { fix: "write it" });
    expect(error.path).toBeUndefined();
    expect("cause" in error).toBe(false);
    expect(error.toJSON()).not.toHaveProperty("path");
  });

  it("a SpecError counts its problems and shows the first", () => {
    const first = { code: "UnknownKey", message: 'unknown key "a"', fix: "b", path: "x.a" };
    const second = { code: "MissingKey", message: "seed is missing", fix: "add it" };
    const error = new SpecError([first, second]);
    expect(error.message).toBe('unknown key "a" (and 1 more problem)');
    expect(error).toMatchObject({ code: "UnknownKey", fix: "b", path: "x.a" });
    expect(error.toJSON()).toMatchObject({ error: "SpecError", problems: [first, second] });
    expect(new SpecError([first, second, second]).message).toMatch(/ \(and 2 more problems\)$/);
    expect(new SpecError([second]).message).toBe("seed is missing");
    expect(new SpecError([second]).path).toBeUndefined();
  });

  it.each(RUN_FAILURES)("a RunError may say %s", (failure) => {
    expect(new RunError(failure, "it ended", { fix: "look" }).code).toBe(failure);
  });

  it("knows its own from others", () => {
    expect([new Error("x"), "x", null, { code: "x" }].some(isKitError)).toBe(false);
  });
});
