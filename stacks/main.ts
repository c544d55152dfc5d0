/** The Pulumi program: one fine-tuning platform from the settings in `Pulumi.<stack>.yaml`. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AdapterRegistry } from "../components/adapter-registry.ts";
import { CostGate } from "../components/cost-gate.ts";
import { GpuCluster } from "../components/gpu-cluster.ts";
import { GpuNodePool } from "../components/gpu-node-pool.ts";
import { JobQueues } from "../components/job-queues.ts";
import { Karpenter } from "../components/karpenter.ts";
import { Network } from "../components/network.ts";
import { PlatformCharts } from "../components/platform-charts.ts";
import { SpendAlarm } from "../components/spend-alarm.ts";
import { Tenancy } from "../components/tenancy.ts";
import { priceBookOf } from "../core/catalog/price-book.ts";
import { platformCost, platformCostLine } from "../core/platform/platform-cost.ts";
import { poolNameOf } from "../core/platform/pool-config.ts";
import { toUsd } from "../core/units.ts";
import * as args from "./component-args.ts";
import { readConfig } from "./config.ts";

const config = readConfig();
const { region, account: accountId, charts } = config;
const tags = args.tagsOf(config);
const mirror = charts.mirror ? { mirror: charts.mirror } : {};

/** What this stack costs in a month, idle and at its ceiling: as `tunekit platform cost` says it. */
export const cost = platformCost(config, priceBookOf(config.platform), new Date().toISOString());
await pulumi.log.info(`cost: ${platformCostLine(cost)}`);

const networkArgs = args.networkArgs(config);
const network = networkArgs && new Network("network", networkArgs);
const cluster = new GpuCluster(`tunekit-${pulumi.getStack()}`, {
  ...args.clusterArgs(config),
  ...("existing" in config.cluster ? {} : { subnetIds: network?.privateSubnetIds }),
});
const { clusterName, eks, provider } = cluster;

const scales = config.pools.some(({ provisioner }) => provisioner === "karpenter");
const karpenter =
  eks &&
  scales &&
  new Karpenter("karpenter", {
    cluster: { name: clusterName, endpoint: eks.endpoint, provider },
    region,
    accountId,
    tags,
    ...mirror,
  });

for (const pool of config.pools) {
  const nodeRole = pool.provisioner === "karpenter" ? karpenter?.nodeRoleName : eks?.nodeRoleArn;
  new GpuNodePool(
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
const platformCharts = new PlatformCharts("charts", { ...install, ...mirror }, { provider });
const gate = new CostGate(
  "gate",
  { platform: args.platformConfigOf(config) },
  { provider, dependsOn: [platformCharts] },
);
// runs reach S3 by the addresses of its gateway, and AWS's other services inside the network
const s3 = aws.ec2.getPrefixListOutput({ name: `com.amazonaws.${region}.s3` });
const inside = [...(config.network ? [config.network.cidr] : []), ...config.egressCidrs];
const tenancy = new Tenancy(
  "teams",
  {
    teams: args.tenantsOf(config),
    egressCidrs: s3.cidrBlocks.apply((cidrs) => [...inside, ...cidrs]),
    podIdentity: eks !== undefined,
  },
  { provider, dependsOn: [gate] },
);
const jobQueues = new JobQueues("queues", args.queueArgs(config), {
  provider,
  dependsOn: [gate, tenancy],
});

const registry = new AdapterRegistry("registry", {
  ...args.registryArgs(config),
  accountId,
  tags,
  ...(eks ? { clusterName } : {}),
});
const alarm = { monthlyLimit: toUsd(config.spend.alarm), emails: config.spend.emails, tags };
new SpendAlarm("spend", alarm);

export const bucket = registry.bucketName;
export const queues = jobQueues.queues;
export { clusterName };
