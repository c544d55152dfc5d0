/** Property values as the engine sends them. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Bag = Record<string, Json>;

/** What the engine sends in the place of a value that a preview cannot know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isBag = (value: Json | undefined): value is Bag =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const hasUnknown = (value: Json | undefined): boolean =>
  value === UNKNOWN ||
  (typeof value === "object" && value !== null && Object.values(value).some(hasUnknown));

/** Values at a dotted path, through lists: `launchTemplate.id`, `subnetIds`. */
export function valuesAt(value: Json | undefined, path: readonly string[]): Json[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  return isBag(value) ? valuesAt(value[key], rest) : [];
}
