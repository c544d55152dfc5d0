/**
 * Rules of the policy pack: plain inputs in, messages out. They know nothing of Pulumi, so the same rule is tried on
 * values, over the analyzer protocol and through the CLI.
 */

/** Stands in place of a value that a preview does not know yet. */
export const UNKNOWN: unique symbol = Symbol("not known in a preview");

/** A resource as a rule sees it. */
export interface PlannedResource {
  /** `aws:eks/nodeGroup:NodeGroup` */
  type: string;
  name: string;
  urn: string;
  /** Its inputs; `UNKNOWN` where a value is not known yet. */
  props: Readonly<Record<string, unknown>>;
  /** URNs of the resources that a property's value comes from, by property. */
  sources: Readonly<Record<string, readonly string[]>>;
}

/** What whoever runs the pack tells it; `tunekit platform policy` prints it for a stack. */
export interface PackSettings {
  /** Most that all GPU pools at their limits may cost in a month. */
  ceilingUsdPerMonth?: number | undefined;
  /** Region of the prices. */
  region?: string | undefined;
  /** Tag keys that everything which costs money must have. */
  costTags: readonly string[];
  /** Least days of standard support that a new cluster must have before it. */
  minSupportDays: number;
  /** ISO instant, for prices and support dates. */
  now: string;
}

interface RuleWords {
  name: string;
  description: string;
  /** What to do about a violation. */
  fix: string;
  /** Settings without which it cannot judge; the engine refuses to start without them. @default none */
  needs?: readonly (keyof PackSettings)[];
}

/** One resource at a time; stops an update before that resource is made. */
export interface ResourceRule extends RuleWords {
  check(resource: PlannedResource, settings: PackSettings): string[];
}

/** All resources together; runs at the end of a preview, so always preview first. */
export interface StackRule extends RuleWords {
  checkAll(resources: readonly PlannedResource[], settings: PackSettings): string[];
}

/** What stands at a path of the inputs, `UNKNOWN` where the way to it is not known, undefined where there is nothing. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const part of path) {
    if (found === UNKNOWN) return UNKNOWN;
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Record<string | number, unknown>)[part];
  }
  return found;
}

/** An unknown value is never a pass. */
export const cannotTell = (what: string): string =>
  `cannot tell yet: ${what} is not known in a preview; give it as a plain value`;
