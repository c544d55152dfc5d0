/** The policy pack `tunekit`: the rules of `rules/` as Pulumi knows policies. Serves the engine as soon as it is loaded. */
import { PolicyPack, type PolicyResource, type ResourceValidationArgs } from "@pulumi/policy";
import { plainValues } from "./plain-values.ts";
import { RESOURCE_RULES, STACK_RULES } from "./rules/index.ts";
import type { PackSettings, PlannedResource } from "./rules/rule.ts";
import { settingsSchema, WrittenSettings } from "./settings.ts";

const settings = (written: object): PackSettings => {
  const { asOf, ...rest } = WrittenSettings.parse(written);
  return { ...rest, now: asOf ?? new Date().toISOString() };
};

/**
 * Inputs by URN. Stack policies are handed what a provider gave back, and before there is a cluster that is unknown for all
 * that goes into it; what the program asked for came past the resource policies.
 */
const asked = new Map<string, PlannedResource["props"]>();

const planned = (
  { type, name, urn, props }: Pick<ResourceValidationArgs, "type" | "name" | "urn" | "props">,
  sources: Record<string, readonly string[]> = {},
): PlannedResource => ({
  type,
  name,
  urn,
  props: asked.get(urn) ?? (plainValues(props) as PlannedResource["props"]),
  sources,
});

const sourcesOf = ({ propertyDependencies }: PolicyResource) =>
  Object.fromEntries(
    Object.entries(propertyDependencies).map(([key, from]) => [key, from.map(({ urn }) => urn)]),
  );

new PolicyPack("tunekit", {
  enforcementLevel: "mandatory",
  policies: [
    ...RESOURCE_RULES.map((rule) => ({
      name: rule.name,
      description: rule.description,
      remediationSteps: rule.fix,
      configSchema: settingsSchema(rule.needs ?? []),
      validateResource: (args: ResourceValidationArgs, report: (message: string) => void) => {
        asked.set(args.urn, plainValues(args.props) as PlannedResource["props"]);
        for (const problem of rule.check(planned(args), settings(args.getConfig()))) {
          report(`${problem}\nfix: ${rule.fix}`);
        }
      },
    })),
    ...STACK_RULES.map((rule) => ({
      name: rule.name,
      description: rule.description,
      remediationSteps: rule.fix,
      configSchema: settingsSchema(rule.needs ?? []),
      validateStack: (
        args: { resources: PolicyResource[]; getConfig<T extends object>(): T },
        report: (message: string) => void,
      ) => {
        const resources = args.resources.map((each) => planned(each, sourcesOf(each)));
        for (const problem of rule.checkAll(resources, settings(args.getConfig()))) {
          report(`${problem}\nfix: ${rule.fix}`);
        }
      },
    })),
  ],
});
