import { writeFileSync } from "node:fs";
import type { CaseResource } from "../../support/policy-cases.ts";

export const urnOf = ({ type, name }: Pick<CaseResource, "type" | "name">): string =>
  `urn:pulumi:dev::program::${type}::${name}`;

/** A stack's state that holds these resources, as `pulumi stack export` writes it. */
export function writeState(file: string, resources: readonly CaseResource[]): void {
  const stack = {
    urn: urnOf({ type: "pulumi:pulumi:Stack", name: "program-dev" }),
    custom: false,
    type: "pulumi:pulumi:Stack",
  };
  const byName = new Map(resources.map((resource) => [resource.name, urnOf(resource)]));
  const made = resources.map((resource) => ({
    urn: urnOf(resource),
    custom: true,
    id: resource.name,
    type: resource.type,
    inputs: resource.props,
    outputs: resource.props,
    parent: stack.urn,
    propertyDependencies: Object.fromEntries(
      Object.entries(resource.sources ?? {}).map(([key, names]) => [
        key,
        names.flatMap((name) => byName.get(name) ?? []),
      ]),
    ),
  }));
  const manifest = { time: "2026-11-24T00:00:00Z", magic: "", version: "v3.259.0" };
  const deployment = { manifest, resources: [stack, ...made] };
  writeFileSync(file, JSON.stringify({ version: 3, deployment }));
}
