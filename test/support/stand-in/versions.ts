import { readFileSync } from "node:fs";

const requirements = new URL("../../../jobs/trainer/requirements.in", import.meta.url);

/** The versions that requirements.in pins; null for a package that it does not name. */
export function pinnedVersions(names: readonly string[]): Record<string, string | null> {
  const text = readFileSync(requirements, "utf8");
  return Object.fromEntries(
    names.map((name) => [name, new RegExp(`^${name}==(\\S+)$`, "m").exec(text)?.[1] ?? null]),
  );
}
