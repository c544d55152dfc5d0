import type { Entry } from "../ledger-view.ts";

/** Where a version stands now, in words: which aliases name it, which once did. */
export function promotionState(
  adapter: string,
  version: string | null,
  promotions: readonly Entry<"promoted">[],
): string {
  if (version === null) return "no adapter";
  const holder = new Map<string, Entry<"promoted">>();
  const once = new Map<string, Entry<"promoted">>();
  for (const entry of promotions) {
    if (entry.adapter !== adapter) continue;
    if (holder.get(entry.alias)?.version === version) once.set(entry.alias, entry);
    holder.set(entry.alias, entry);
  }
  const held = [...holder.values()].filter((entry) => entry.version === version);
  const lost = [...once].filter(([alias]) => holder.get(alias)?.version !== version);
  const words = [
    ...held.map(({ alias, at }) => `${alias} since ${at.slice(0, 10)}`),
    ...lost.map(
      ([alias, { rollback, at }]) =>
        `${alias} until ${at.slice(0, 10)}${rollback ? " (rolled back)" : ""}`,
    ),
  ];
  return words.join(", ") || "not promoted";
}
