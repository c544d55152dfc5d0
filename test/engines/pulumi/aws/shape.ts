/** What a property may hold, as far as the SDK's types say it. */
export type Shape =
  | "string"
  | "number"
  | "boolean"
  | "any"
  | { array: Shape }
  | { map: Shape }
  /** A named object: `inputs.eks.NodeGroupTaint`, a key of `AwsRules.objects`. */
  | { object: string }
  /** A closed list of strings: `enums.s3.CannedAcl`, a key of `AwsRules.enums`. */
  | { enum: string }
  | { anyOf: Shape[] };

export interface Property {
  shape: Shape;
  required?: true;
  /** The only strings accepted, where the property's own documentation lists them. */
  values?: string[];
  /** The property's own documentation says that a change replaces the resource. */
  replaces?: true;
}

export type Properties = Record<string, Property>;

export interface Output {
  shape: Shape;
  /** Its type has no `undefined`: the provider fills it in when the program does not. */
  always?: true;
}

export interface ResourceRules {
  inputs: Properties;
  outputs: Record<string, Output>;
  /** The property that gets a generated name when the program gives none. */
  named?: string;
}

export interface FunctionRules {
  inputs: Properties;
  result: Record<string, Output>;
}

export interface AwsRules {
  version: string;
  /** By type token: `aws:eks/nodeGroup:NodeGroup`. */
  resources: Record<string, ResourceRules>;
  /** By function token: `aws:index/getRegion:getRegion`. */
  functions: Record<string, FunctionRules>;
  objects: Record<string, Properties>;
  enums: Record<string, string[]>;
}
