import type { Digest } from "../../core/digest.ts";
import { RegistryError } from "../../core/errors.ts";
import { Name } from "../../core/spec/fields.ts";

/** Keys of one adapter's documents. */
export const adapterKeys = (name: string) => {
  const folder = `adapters/${name}`;
  return {
    versions: `${folder}/versions/`,
    manifest: (version: Digest) => `${folder}/versions/${version}/manifest.json`,
    card: (version: Digest) => `${folder}/versions/${version}/README.md`,
    aliases: `${folder}/aliases/`,
    alias: (alias: string) => `${folder}/aliases/${alias}.json`,
    events: `${folder}/events/`,
    event: (id: string) => `${folder}/events/${id}.json`,
  };
};

/** The folder that a server loads: it holds the two PEFT files and nothing else. */
export const adapterFolder = (team: string, runId: string): string =>
  `runs/${team}/${runId}/adapter/`;

/** @throws RegistryError `WrongName` */
export function checkName(what: "adapter" | "alias", name: string): void {
  const looksLikeVersion = what === "alias" && /^[0-9a-f]{8,}$/.test(name);
  if (Name.safeParse(name).success && !looksLikeVersion) return;
  const why = looksLikeVersion ? "it reads like a version" : "it is no name";
  throw new RegistryError("WrongName", `"${name}" can't be an ${what}: ${why}`, {
    fix: 'use lower-case letters, digits and "-", at most 50, such as "support-triage"',
  });
}
