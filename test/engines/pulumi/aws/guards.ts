/** What AWS refuses although every input is well formed. */
import { type Bag, hasUnknown, type Json, valuesAt } from "../property-value.ts";
import { partsOf } from "./identity.ts";
import { type AwsState, type Fault, keyOf } from "./store.ts";

/** Properties that name another resource by its id, in any type: the other must exist first and go last. */
const REFERENCES: Record<string, string> = {
  allocationId: "aws:ec2/eip:Eip",
  gatewayId: "aws:ec2/internetGateway:InternetGateway",
  "launchTemplate.id": "aws:ec2/launchTemplate:LaunchTemplate",
  natGatewayId: "aws:ec2/natGateway:NatGateway",
  routeTableId: "aws:ec2/routeTable:RouteTable",
  routeTableIds: "aws:ec2/routeTable:RouteTable",
  securityGroupId: "aws:ec2/securityGroup:SecurityGroup",
  securityGroupIds: "aws:ec2/securityGroup:SecurityGroup",
  subnetId: "aws:ec2/subnet:Subnet",
  subnetIds: "aws:ec2/subnet:Subnet",
  "vpcConfig.securityGroupIds": "aws:ec2/securityGroup:SecurityGroup",
  "vpcConfig.subnetIds": "aws:ec2/subnet:Subnet",
  vpcId: "aws:ec2/vpc:Vpc",
};

/** The same, where the property's name means it only in one service. */
const REFERENCES_OF_SERVICE: Record<string, Record<string, string>> = {
  eks: { clusterName: "aws:eks/cluster:Cluster" },
  iam: { role: "aws:iam/role:Role" },
  s3: { bucket: "aws:s3/bucket:Bucket" },
};

interface Reference {
  path: string;
  id: string;
  target: string;
}

function referencesOf(type: string, inputs: Bag): Reference[] {
  const rows = { ...REFERENCES, ...REFERENCES_OF_SERVICE[partsOf(type).service] };
  return Object.entries(rows)
    .filter(([, target]) => target !== type)
    .flatMap(([path, target]) =>
      valuesAt(inputs, path.split("."))
        .filter((value): value is string => typeof value === "string")
        .map((id) => ({ path, id, target })),
    );
}

const holds = (value: Json, id: string): boolean =>
  value === id ||
  (typeof value === "object" &&
    value !== null &&
    Object.values(value).some((inner) => holds(inner, id)));

/** A resource's own id, or an output of one (the cluster's security group), or what the test says is there. */
const exists = (state: AwsState, { target, id }: Reference): boolean =>
  keyOf(target, id) in state.resources ||
  state.external.includes(id) ||
  Object.values(state.resources).some((resource) => holds(onlyOutputs(resource), id));

const onlyOutputs = ({ inputs, state }: { inputs: Bag; state: Bag }): Bag =>
  Object.fromEntries(
    Object.entries(state).filter(
      ([key, value]) => JSON.stringify(inputs[key]) !== JSON.stringify(value),
    ),
  );

export function refuseCreate(state: AwsState, type: string, id: string, inputs: Bag): void {
  if (hasUnknown(inputs)) throw new Error(`${type} ${id}: an unknown value outside of a preview`);
  if (keyOf(type, id) in state.resources) throw new Error(`${type} ${id} already exists`);
  const quota = state.quotas[type];
  const count = Object.keys(state.resources).filter((key) => key.startsWith(`${type}|`)).length;
  if (quota !== undefined && count >= quota)
    throw new Error(`LimitExceeded: the account may have ${quota} of ${type} and has ${count}`);
  refuseDangling(state, type, id, inputs);
}

export function refuseDangling(state: AwsState, type: string, id: string, inputs: Bag): void {
  const dangling = referencesOf(type, inputs).find((reference) => !exists(state, reference));
  if (dangling)
    throw new Error(
      `NotFound: ${type} ${id} names ${dangling.path} ${dangling.id}, and there is no such ${dangling.target}`,
    );
}

/** Data and clusters that say they are not to be deleted. */
const PROTECTED: Record<string, (inputs: Bag, state: AwsState, id: string) => string | undefined> =
  {
    "aws:eks/cluster:Cluster": ({ deletionProtection }) =>
      deletionProtection === true ? "its deletionProtection is on" : undefined,
    "aws:s3/bucket:Bucket": ({ forceDestroy }, state, id) =>
      state.external.includes(`s3://${id}/object`) && forceDestroy !== true
        ? "BucketNotEmpty: it holds objects"
        : undefined,
  };

export function refuseDelete(state: AwsState, type: string, id: string): void {
  const inputs = state.resources[keyOf(type, id)]?.inputs ?? {};
  const reason = PROTECTED[type]?.(inputs, state, id);
  if (reason) throw new Error(`${type} ${id} cannot be deleted: ${reason}`);
  const user = Object.entries(state.resources).find(([key, resource]) =>
    referencesOf(key.split("|")[0] as string, resource.inputs).some(
      (reference) => reference.target === type && reference.id === id,
    ),
  );
  if (user) throw new Error(`DependencyViolation: ${type} ${id} is still used by ${user[0]}`);
}

/** Throws the fault that a test ordered for this call, and counts the call. */
export function orderedFault(
  state: AwsState,
  type: string,
  method: Fault["method"],
): Fault | undefined {
  return state.faults
    .filter((fault) => fault.type === type && fault.method === method)
    .find((fault) => {
      fault.seen = (fault.seen ?? 0) + 1;
      return fault.seen === fault.nth;
    });
}
