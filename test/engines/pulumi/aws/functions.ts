/** Data sources: what they answer in the stand-in account. One that is not in this table and not in the state's `answers` is refused. */
import type { Bag } from "../property-value.ts";
import { type Account, hexOf } from "./account.ts";
import { checkProperties } from "./check-properties.ts";
import type { AwsRules } from "./shape.ts";
import type { AwsState } from "./store.ts";

type Answer = (args: Bag, account: Account) => Bag;

const ANSWERS: Record<string, Answer> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_, { id }) => ({
    accountId: id,
    arn: `arn:aws:iam::${id}:user/deployer`,
    id,
    userId: "AIDAEXAMPLEDEPLOYER",
  }),
  "aws:index/getPartition:getPartition": () => ({
    dnsSuffix: "amazonaws.com",
    id: "aws",
    partition: "aws",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getRegion:getRegion": ({ region: asked }, { region: own }) => {
    const region = typeof asked === "string" ? asked : own;
    return {
      description: region,
      endpoint: `ec2.${region}.amazonaws.com`,
      id: region,
      name: region,
      region,
    };
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": ({ region: asked }, { region: own }) => {
    const region = typeof asked === "string" ? asked : own;
    const letters = ["a", "b", "c"];
    return {
      groupNames: [region],
      id: region,
      names: letters.map((letter) => `${region}${letter}`),
      region,
      zoneIds: letters.map((_, i) => `${region.replace(/^(\w)\w*-(\w)\w*-/, "$1$2")}-az${i + 1}`),
    };
  },
  "aws:ec2/getPrefixList:getPrefixList": ({ name, region: asked }, { region: own }) => ({
    cidrBlocks: ["198.51.100.0/24"],
    id: `pl-${hexOf(String(name), 8)}`,
    name: String(name),
    region: typeof asked === "string" ? asked : own,
  }),
  "aws:ssm/getParameter:getParameter": ({ name }, { id, region }) => {
    if (!/^\/aws\/service\/(eks|bottlerocket)\//.test(String(name)))
      throw new Error(`ParameterNotFound: ${name}`);
    const value = /release_version$/.test(String(name))
      ? "1.35.0-20260714"
      : `ami-${"0".repeat(17)}`;
    return {
      arn: `arn:aws:ssm:${region}:${id}:parameter${name}`,
      id: String(name),
      insecureValue: value,
      name: String(name),
      region,
      type: "String",
      value,
      version: 1,
    };
  },
};

/** Arguments and result are both held against the SDK's types. */
export function callFunction(
  rules: AwsRules,
  token: string,
  args: Bag,
  account: Account,
  state: AwsState,
): Bag {
  const known = rules.functions[token];
  if (!known) throw new Error(`@pulumi/aws ${rules.version} has no function ${token}`);
  const [problem] = checkProperties(rules, known.inputs, args);
  if (problem) throw new Error(`${token}: ${problem.reason}`);
  const scripted = state.answers[token];
  const answer = scripted ?? ANSWERS[token]?.(args, account);
  if (!answer)
    throw new Error(
      `The stand-in AWS provider has no answer for ${token}. Fix: add one to test/engines/pulumi/aws/functions.ts, or to the test's account as answers["${token}"].`,
    );
  const result = { ...args, ...answer };
  const absent = Object.entries(known.result).find(
    ([key, output]) => output.always && result[key] === undefined,
  );
  const foreign = Object.keys(answer).find((key) => !known.result[key]);
  if (absent)
    throw new Error(`The answer for ${token} lacks ${absent[0]}, which its type promises.`);
  if (foreign)
    throw new Error(`The answer for ${token} has ${foreign}, which its type does not know.`);
  return result;
}
