/** The Pulumi program: one fine-tuning platform from the settings in `Pulumi.<stack>.yaml`. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as kit from "../components/index.ts";
import { poolNameOf } from "../core/platform/pool-config.ts";
import { toUsd } from "../core/units.ts";
import { announce } from "./announce.ts";
import * as args from "./component-args.ts";
import { readConfig } from "./config.ts";

const config = readConfig();
const { region, account: accountId, charts } = config;
const tags = args.tagsOf(config);
const mirror = charts.mirror ? { mirror: charts.mirror } : {};

/** What this stack costs in a month, idle and at its ceiling; `tunekit platform cost` has the lines. */
export const cost = announce(config, new Date().toISOString());

const networkArgs = args.networkArgs(config);
const network = networkArgs && new kit.Network("network", networkArgs);
const cluster = new kit.GpuCluster(`tunekit-${pulumi.getStack()}`, {
  ...args.clusterArgs(config),
  ...("existing" in config.cluster ? {} : { subnetIds: network?.privateSubnetIds }),
});
const { clusterName, eks, provider } = cluster;

const scales = config.pools.some(({ provisioner }) => provisioner === "karpenter");
const karpenter =
  eks && scales
    ? new kit.Karpenter("karpenter", {
        cluster: { name: clusterName, endpoint: eks.endpoint, provider },
        region,
        accountId,
        tags,
        ...mirror,
      })
    : undefined;

for (const pool of config.pools) {
  const nodeRole = pool.provisioner === "karpenter" ? karpenter?.nodeRoleName : eks?.nodeRoleArn;
  new kit.GpuNodePool(
    poolNameOf(pool),
    {
      ...args.poolArgs(pool, config),
      cluster: {
        name: clusterName,
        provider,
        ...(network ? { privateSubnets: network.privateSubnets } : {}),
        ...(eks ? { securityGroupId: eks.securityGroupId } : {}),
      },
      ...(nodeRole ? { nodeRole } : {}),
    },
    karpenter ? { dependsOn: [karpenter] } : {},
  );
}

const install = charts.install ? { install: charts.install } : {};
const platformCharts = new kit.PlatformCharts("charts", { ...install, ...mirror }, { provider });
const gate = new kit.CostGate(
  "gate",
  { platform: args.platformConfigOf(config) },
  { provider, dependsOn: [platformCharts] },
);
// runs reach S3 by the addresses of its gateway, and AWS's other services inside the network
const s3 = aws.ec2.getPrefixListOutput({ name: `com.amazonaws.${region}.s3` });
const inside = [...(config.network ? [config.network.cidr] : []), ...config.egressCidrs];
const tenancy = new kit.Tenancy(
  "teams",
  {
    teams: args.tenantsOf(config),
    egressCidrs: s3.cidrBlocks.apply((cidrs) => [...inside, ...cidrs]),
    podIdentity: eks !== undefined,
  },
  { provider, dependsOn: [gate] },
);
const jobQueues = new kit.JobQueues("queues", args.queueArgs(config), {
  provider,
  dependsOn: [gate, tenancy],
});

const registry = new kit.AdapterRegistry("registry", {
  ...args.registryArgs(config),
  accountId,
  tags,
  ...(eks ? { clusterName } : {}),
});
const alarm = { monthlyLimit: toUsd(config.spend.alarm), emails: config.spend.emails, tags };
new kit.SpendAlarm("spend", alarm);

export const bucket = registry.bucketName;
export const queues = jobQueues.queues;
export { clusterName };
