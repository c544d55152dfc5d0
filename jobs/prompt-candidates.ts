import { sha256 } from "../core/digest.ts";
import type { Example, Message } from "../core/spec/dataset.ts";
import type { PromptCandidate } from "../core/spec/prompt-baseline.ts";
import type { PromptSearch } from "../core/spec/prompt-search.ts";

/** The ways of asking that a search tries, with their examples drawn from the train split. */
export function promptCandidates(
  search: PromptSearch,
  train: readonly Example[],
): PromptCandidate[] {
  return search.prompts.map(({ id, system, suffix, shots }) => ({
    id,
    system,
    suffix,
    shots: fewShot(train, shots, search.seed),
  }));
}

/**
 * Examples to show in a prompt: as many of each answer as possible, in an order that the seed alone decides. Answers that
 * are all different are taken in that order as they come.
 */
function fewShot(train: readonly Example[], count: number, seed: number): Message[] {
  const byAnswer = new Map<string, Example[]>();
  for (const example of shuffled(train, seed)) {
    const answer = example.messages.at(-1)?.content ?? "";
    byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), example]);
  }
  const groups = [...byAnswer.values()];
  const chosen: Example[] = [];
  for (let round = 0; chosen.length < Math.min(count, train.length); round += 1) {
    for (const group of groups) {
      const example = group[round];
      if (example && chosen.length < count) chosen.push(example);
    }
  }
  return chosen.flatMap(({ messages }) => messages.filter(({ role }) => role !== "system"));
}

/** Validation items that each candidate answers: the same ones for all, chosen by the seed. */
export const searchItems = (validation: readonly Example[], search: PromptSearch): Example[] =>
  shuffled(validation, search.seed).slice(0, search.validationItems);

/** A repeatable shuffle: by the hash of seed and id. */
function shuffled(examples: readonly Example[], seed: number): Example[] {
  return examples
    .map((example) => ({ example, rank: sha256(`${seed}:${example.id}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ example }) => example);
}
