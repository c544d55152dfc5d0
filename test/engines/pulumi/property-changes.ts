import { type Bag, isBag, type Json } from "./property-value.ts";

export interface Change {
  /** `scalingConfig.maxSize`, `taints[0].effect`. */
  path: string;
  kind: "ADD" | "DELETE" | "UPDATE";
  replaces: boolean;
}

export interface Changes {
  changes: Change[];
  /** The old resource must go first: two cannot exist side by side. */
  deleteBeforeReplace?: boolean;
}

const child = (path: string, key: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(key)
    ? path
      ? `${path}.${key}`
      : key
    : `${path}[${JSON.stringify(key)}]`;

/** A path without its positions: `taints[0].effect` is matched by the rule `taints.effect`. */
const ruleOf = (path: string): string => path.replace(/\[\d+\]/g, "");

/** A rule covers its property and all that is inside. */
const covers = (rule: string, path: string): boolean =>
  path === rule || path.startsWith(`${rule}.`) || path.startsWith(`${rule}[`);

/** The leaves that differ. `replaceOn`: property paths, in which a change replaces the resource. */
export function changesBetween(
  olds: Bag,
  news: Bag,
  replaceOn: readonly string[],
  path = "",
): Change[] {
  const replaces = (changed: string) =>
    replaceOn.some((rule) => covers(rule, ruleOf(changed)) || covers(ruleOf(changed), rule));
  const leaf = (changed: string, kind: Change["kind"]): Change[] => [
    { path: changed, kind, replaces: replaces(changed) },
  ];
  const compare = (before: Json | undefined, after: Json | undefined, at: string): Change[] => {
    if (before === undefined) return after === undefined ? [] : leaf(at, "ADD");
    if (after === undefined) return leaf(at, "DELETE");
    if (Array.isArray(before) && Array.isArray(after))
      return Array.from({ length: Math.max(before.length, after.length) }, (_, i) =>
        compare(before[i], after[i], `${at}[${i}]`),
      ).flat();
    if (isBag(before) && isBag(after)) return changesBetween(before, after, replaceOn, at);
    return before === after ? [] : leaf(at, "UPDATE");
  };
  return [...new Set([...Object.keys(olds), ...Object.keys(news)])]
    .filter((key) => !key.startsWith("__")) // the engine's own marks
    .sort()
    .flatMap((key) => compare(olds[key], news[key], child(path, key)));
}
