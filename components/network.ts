import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { INTERFACE_ENDPOINTS } from "../core/platform/cluster-config.ts";
import { parseSpec } from "../core/spec/parse.ts";
import { costTags } from "./cost-tags.ts";
import { NetworkArgs } from "./network-args.ts";
import { planSubnets, type SubnetPlan } from "./subnet-plan.ts";

/** Without the internet a cluster needs all of them; with it, only those that carry images and credentials. */
const ENDPOINTS_BESIDE_NAT = ["ecr.api", "ecr.dkr", "eks-auth", "kms", "sts"] as const;

type Settings = ReturnType<typeof NetworkArgs.parse>;

/**
 * A network for a cluster: private subnets in each zone, and endpoints so that base weights, adapters and images reach the
 * nodes without the internet. S3 and the layers of ECR images go through a gateway that costs nothing.
 *
 * **Cost** while idle: each NAT gateway and each interface endpoint by the hour and zone (price book rows `nat-gateway`,
 * `vpc-interface-endpoint`), NAT data by the GB.
 * @throws SpecError on arguments that cannot be used, with the path of each.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** Private subnet by zone. */
  readonly privateSubnets: Readonly<Record<string, pulumi.Output<string>>>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** S3's gateway endpoint, for a bucket policy; undefined in a network of somebody else. */
  readonly s3EndpointId: pulumi.Output<string> | undefined;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = parseSpec(NetworkArgs, args);
    super("tunekit:index:Network", name, {}, opts);
    const made = settings.existing
      ? { ...adopt(settings.existing), s3EndpointId: undefined }
      : create(name, settings, this);
    this.vpcId = made.vpcId;
    this.privateSubnets = made.privateSubnets;
    this.privateSubnetIds = pulumi.all(Object.values(made.privateSubnets));
    this.s3EndpointId = made.s3EndpointId;
    this.registerOutputs({
      vpcId: this.vpcId,
      privateSubnets: this.privateSubnets,
      privateSubnetIds: this.privateSubnetIds,
      s3EndpointId: this.s3EndpointId,
    });
  }
}

const adopt = ({ vpcId, privateSubnets }: NonNullable<Settings["existing"]>) => ({
  vpcId: pulumi.output(vpcId),
  privateSubnets: Object.fromEntries(
    Object.entries(privateSubnets).map(([zone, id]) => [zone, pulumi.output(id)]),
  ),
});

function create(name: string, settings: Settings, parent: Network) {
  const opts = { parent };
  const tagsOf = (suffix: string) => costTags(`${name}-${suffix}`, settings.tags);
  const plan = planSubnets(settings.cidr, settings.zones ?? []);
  const vpc = new aws.ec2.Vpc(
    `${name}-vpc`,
    {
      cidrBlock: settings.cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: tagsOf("vpc"),
    },
    opts,
  );
  // The group that a forgotten resource falls into must open nothing.
  new aws.ec2.DefaultSecurityGroup(
    `${name}-default`,
    { vpcId: vpc.id, tags: tagsOf("default") },
    opts,
  );
  const nats = settings.nat === "none" ? [] : createNats(name, settings, vpc, plan, parent);
  const privates = plan.map(({ zone, privateCidr }, index) => {
    const subnet = new aws.ec2.Subnet(
      `${name}-private-${zone}`,
      {
        vpcId: vpc.id,
        availabilityZone: zone,
        cidrBlock: privateCidr,
        tags: { ...tagsOf(`private-${zone}`), "kubernetes.io/role/internal-elb": "1" },
      },
      opts,
    );
    const nat = nats[index] ?? nats[0];
    const table = routeTable(name, `private-${zone}`, vpc, settings, parent);
    if (nat) {
      new aws.ec2.Route(
        `${name}-private-${zone}-nat`,
        { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id },
        opts,
      );
    }
    associate(name, `private-${zone}`, subnet, table, parent);
    return { zone, subnet, table };
  });
  return {
    vpcId: vpc.id,
    privateSubnets: Object.fromEntries(privates.map(({ zone, subnet }) => [zone, subnet.id])),
    s3EndpointId: createEndpoints(name, settings, vpc, privates, parent),
  };
}

/** Public subnets, and in one or each of them the gateway through which private nodes reach the internet. */
function createNats(
  name: string,
  settings: Settings,
  vpc: aws.ec2.Vpc,
  plan: readonly SubnetPlan[],
  parent: Network,
): aws.ec2.NatGateway[] {
  const opts = { parent };
  const tagsOf = (suffix: string) => costTags(`${name}-${suffix}`, settings.tags);
  const internet = new aws.ec2.InternetGateway(
    `${name}-internet`,
    { vpcId: vpc.id, tags: tagsOf("internet") },
    opts,
  );
  const table = routeTable(name, "public", vpc, settings, parent);
  const route = new aws.ec2.Route(
    `${name}-public-internet`,
    { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: internet.id },
    opts,
  );
  const publics = plan.map(({ zone, publicCidr }) => {
    const subnet = new aws.ec2.Subnet(
      `${name}-public-${zone}`,
      {
        vpcId: vpc.id,
        availabilityZone: zone,
        cidrBlock: publicCidr,
        mapPublicIpOnLaunch: false,
        tags: { ...tagsOf(`public-${zone}`), "kubernetes.io/role/elb": "1" },
      },
      opts,
    );
    associate(name, `public-${zone}`, subnet, table, parent);
    return { zone, subnet };
  });
  return publics.slice(0, settings.nat === "one" ? 1 : undefined).map(({ zone, subnet }) => {
    const address = new aws.ec2.Eip(
      `${name}-nat-${zone}`,
      { domain: "vpc", tags: tagsOf(`nat-${zone}`) },
      opts,
    );
    return new aws.ec2.NatGateway(
      `${name}-nat-${zone}`,
      { allocationId: address.id, subnetId: subnet.id, tags: tagsOf(`nat-${zone}`) },
      { parent, dependsOn: [route] },
    );
  });
}

/** @returns the id of S3's gateway endpoint. */
function createEndpoints(
  name: string,
  settings: Settings,
  vpc: aws.ec2.Vpc,
  privates: readonly { subnet: aws.ec2.Subnet; table: aws.ec2.RouteTable }[],
  parent: Network,
): pulumi.Output<string> {
  const opts = { parent };
  const tagsOf = (suffix: string) => costTags(`${name}-${suffix}`, settings.tags);
  const s3 = new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId: vpc.id,
      serviceName: `com.amazonaws.${settings.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: privates.map(({ table }) => table.id),
      tags: tagsOf("s3"),
    },
    opts,
  );
  const needed = settings.nat === "none" ? INTERFACE_ENDPOINTS : ENDPOINTS_BESIDE_NAT;
  const services = settings.endpoints ?? needed;
  const group = new aws.ec2.SecurityGroup(
    `${name}-endpoints`,
    {
      vpcId: vpc.id,
      description: "HTTPS from the network to AWS services",
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [settings.cidr] }],
      tags: tagsOf("endpoints"),
    },
    opts,
  );
  for (const service of services) {
    new aws.ec2.VpcEndpoint(
      `${name}-${service.replace(".", "-")}`,
      {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${settings.region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: privates.map(({ subnet }) => subnet.id),
        securityGroupIds: [group.id],
        tags: tagsOf(service),
      },
      opts,
    );
  }
  return s3.id;
}

const routeTable = (
  name: string,
  suffix: string,
  vpc: aws.ec2.Vpc,
  { tags }: Settings,
  parent: Network,
): aws.ec2.RouteTable =>
  new aws.ec2.RouteTable(
    `${name}-${suffix}`,
    { vpcId: vpc.id, tags: costTags(`${name}-${suffix}`, tags) },
    { parent },
  );

function associate(
  name: string,
  suffix: string,
  subnet: aws.ec2.Subnet,
  table: aws.ec2.RouteTable,
  parent: Network,
): void {
  new aws.ec2.RouteTableAssociation(
    `${name}-${suffix}`,
    { subnetId: subnet.id, routeTableId: table.id },
    { parent },
  );
}
