import { beforeAll, describe, expect, it } from "vitest";
import { Network } from "../../components/network.ts";
import { NetworkArgs } from "../../components/network-args.ts";
import { parseSpec } from "../../core/spec/parse.ts";
import { awsOutputs, ofType, only } from "../support/aws-outputs.ts";
import { problemsOf } from "../support/problems.ts";
import { type Registered, registered, settled } from "../support/pulumi-mocks.ts";

const ARGS: NetworkArgs = {
  region: "eu-central-1",
  zones: ["eu-central-1a", "eu-central-1b"],
  tags: { team: "platform" },
};
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const NAT = "aws:ec2/natGateway:NatGateway";
const make = (args: NetworkArgs) => registered(() => new Network("net", args), awsOutputs);
let plain: Registered[] = [];
beforeAll(async () => {
  plain = await make(ARGS);
});
const services = (resources: Registered[]) =>
  ofType(resources, ENDPOINT).map(({ inputs }) =>
    String(inputs.serviceName).replace("com.amazonaws.eu-central-1.", ""),
  );

describe("a network", () => {
  it("keeps S3 and images inside: a gateway on every private table, interfaces for ECR", () => {
    const resources = plain;
    expect(only(resources, ENDPOINT, "net-s3")).toMatchObject({
      vpcEndpointType: "Gateway",
      routeTableIds: ["net-private-eu-central-1a-id", "net-private-eu-central-1b-id"],
    });
    expect(only(resources, ENDPOINT, "net-ecr-dkr")).toMatchObject({
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: ["net-private-eu-central-1a-id", "net-private-eu-central-1b-id"],
      securityGroupIds: ["net-endpoints-id"],
    });
    expect(only(resources, "aws:ec2/securityGroup:SecurityGroup").ingress).toEqual([
      { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.64.0.0/16"] },
    ]);
    expect(services(plain)).toEqual(["s3", "ecr.api", "ecr.dkr", "eks-auth", "kms", "sts"]);
  });

  it("has one NAT gateway, one for each zone or none", async () => {
    expect(ofType(plain, NAT)).toHaveLength(1);
    expect(ofType(await make({ ...ARGS, nat: "per-zone" }), NAT)).toHaveLength(2);
    const closed = await make({ ...ARGS, nat: "none" });
    expect(ofType(closed, NAT)).toEqual([]);
    expect(ofType(closed, "aws:ec2/internetGateway:InternetGateway")).toEqual([]);
    expect(ofType(closed, "aws:ec2/route:Route")).toEqual([]);
    expect(ofType(closed, ENDPOINT)).toHaveLength(11);
  });

  it("sends each zone through its own gateway where there is one for each", async () => {
    const routes = ofType(await make({ ...ARGS, nat: "per-zone" }), "aws:ec2/route:Route");
    expect(routes.map(({ inputs }) => inputs.natGatewayId ?? inputs.gatewayId).sort()).toEqual([
      "net-internet-id",
      "net-nat-eu-central-1a-id",
      "net-nat-eu-central-1b-id",
    ]);
  });

  it("gives no public address to anything by itself and opens nothing by default", () => {
    const resources = plain;
    const subnets = ofType(resources, "aws:ec2/subnet:Subnet");
    expect(subnets).toHaveLength(4);
    expect(subnets.filter(({ inputs }) => inputs.mapPublicIpOnLaunch === true)).toEqual([]);
    const group = only(resources, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup");
    expect([group.ingress, group.egress]).toEqual([undefined, undefined]);
  });

  it("tags everything that can be tagged for the bill", () => {
    const untaggable = /routeTableAssociation|route:Route$|tunekit:|pulumi:/;
    const bare = plain.filter(
      ({ type, inputs }) =>
        !untaggable.test(type) &&
        (inputs.tags as Record<string, string>)?.["app.kubernetes.io/part-of"] !== "tunekit",
    );
    expect(bare).toEqual([]);
  });

  it("of somebody else is used as it is", async () => {
    let network: Network | undefined;
    const resources = await registered(() => {
      network = new Network("net", {
        region: "eu-central-1",
        existing: {
          vpcId: "vpc-1",
          privateSubnets: { "eu-central-1a": "subnet-a", "eu-central-1b": "subnet-b" },
        },
      });
    });
    expect(resources.map(({ type }) => type)).toEqual([
      "pulumi:pulumi:Stack",
      "tunekit:index:Network",
    ]);
    expect(await settled((network as Network).privateSubnetIds)).toEqual(["subnet-a", "subnet-b"]);
    expect((network as Network).s3EndpointId).toBeUndefined();
  });
});

describe("a network is refused", () => {
  const problems = (args: unknown) => problemsOf(() => parseSpec(NetworkArgs, args));
  it("with fewer than two zones, by the key that says so", () => {
    expect(problems({ region: "eu-central-1" })).toEqual(["TooFewZones zones"]);
    expect(problems({ ...ARGS, zones: ["eu-central-1a", "eu-central-1a"] })).toEqual([
      "TooFewZones zones",
    ]);
    expect(
      problems({
        region: "eu-central-1",
        existing: { vpcId: "vpc-1", privateSubnets: { "eu-central-1a": "subnet-a" } },
      }),
    ).toEqual(["TooFewZones existing.privateSubnets"]);
  });

  it("with a misspelt key and a wrong word, both at once", () => {
    expect(problems({ ...ARGS, nat: "two", cdir: "10.0.0.0/16" })).toEqual([
      "WrongValue nat",
      "UnknownKey cdir",
    ]);
  });
});
