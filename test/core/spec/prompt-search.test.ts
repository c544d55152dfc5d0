import { describe, expect, it } from "vitest";
import { PromptSearch } from "../../../core/spec/prompt-search.ts";
import { parseYaml } from "../../../core/spec/yaml.ts";

describe("PromptSearch", () => {
  it("refuses two prompts of one id, and says what to do", () => {
    const text = "kind: PromptSearch\nprompts: [{id: plain}, {id: short}, {id: plain}]\n";
    expect(() => parseYaml(PromptSearch, text, "prompts.yaml")).toThrow(
      expect.objectContaining({
        code: "DuplicateId",
        path: "prompts",
        message: "prompts has two prompts with one id",
        fix: "give each prompt its own id",
      }),
    );
  });
});
