import { describe, expect, it } from "vitest";
import type { Example } from "../../core/spec/dataset.ts";
import { PromptSearch } from "../../core/spec/prompt-search.ts";
import { promptCandidates, searchItems } from "../../jobs/prompt-candidates.ts";

const example = (id: number, answer: string): Example => ({
  id: `e${id}`,
  messages: [
    { role: "system", content: "be brief" },
    { role: "user", content: `question ${id}` },
    { role: "assistant", content: answer },
  ],
});
const train = Array.from({ length: 40 }, (_, i) => example(i, i % 4 === 0 ? "spam" : "ham"));
const search = (shots: number, seed = 7) =>
  PromptSearch.parse({ kind: "PromptSearch", seed, prompts: [{ id: "p", system: "s", shots }] });
const answersOf = (shots: number) =>
  promptCandidates(search(shots), train)[0]
    ?.shots.filter(({ role }) => role === "assistant")
    .map(({ content }) => content);

describe("few-shot examples", () => {
  it("show each answer equally often, however rare it is", () => {
    expect(answersOf(6)?.toSorted()).toEqual(["ham", "ham", "ham", "spam", "spam", "spam"]);
  });

  it("carry no system message: the candidate has its own", () => {
    const [candidate] = promptCandidates(search(4), train);
    expect(candidate?.shots.map(({ role }) => role)).toEqual(
      Array(4).fill(["user", "assistant"]).flat(),
    );
  });

  it("are the same for the same seed whatever the order of the data, and others for another seed", () => {
    const [first, reversed] = [train, train.toReversed()].map((rows) =>
      promptCandidates(search(4), rows),
    );
    expect(reversed).toEqual(first);
    expect(promptCandidates(search(4, 8), train)).not.toEqual(first);
  });

  it("are never more than there are", () => {
    expect(promptCandidates(search(32), train.slice(0, 3))[0]?.shots).toHaveLength(6);
    expect(promptCandidates(search(0), train)[0]?.shots).toEqual([]);
  });
});

describe("validation items of a search", () => {
  it("are the budget at most, and the same in any order", () => {
    const items = searchItems(train, { ...search(0), validationItems: 10 });
    expect(items).toHaveLength(10);
    expect(searchItems(train.toReversed(), { ...search(0), validationItems: 10 })).toEqual(items);
  });
});
