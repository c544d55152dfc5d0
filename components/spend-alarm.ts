import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { RUN_LABELS } from "../core/labels.ts";
import { parseSpec } from "../core/spec/parse.ts";
import { toUsd, usdDecimal } from "../core/units.ts";
import { costTags } from "./cost-tags.ts";
import { SpendAlarmArgs } from "./spend-alarm-args.ts";

type Settings = ReturnType<typeof SpendAlarmArgs.parse>;

/**
 * The outer fuse: tells people when the platform's bill nears its limit or does something unusual. AWS knows a cost hours
 * after it was made, so this stops nothing; the gate and the ceilings of the pools do.
 *
 * **Cost**: none for a budget that only tells.
 * @throws SpecError on arguments that cannot be used, with the path of each.
 */
export class SpendAlarm extends pulumi.ComponentResource {
  readonly budgetName: pulumi.Output<string>;
  readonly monitorArn: pulumi.Output<string>;

  constructor(name: string, args: SpendAlarmArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = parseSpec(SpendAlarmArgs, args);
    super("tunekit:index:SpendAlarm", name, {}, opts);
    if (settings.activateCostTags) activateTags(name, settings, this);
    const budget = createBudget(name, settings, this);
    const monitor = watchAnomalies(name, settings, this);
    this.budgetName = budget.name;
    this.monitorArn = monitor.arn;
    this.registerOutputs({ budgetName: this.budgetName, monitorArn: this.monitorArn });
  }
}

function createBudget(name: string, settings: Settings, parent: SpendAlarm): aws.budgets.Budget {
  const { costTag, emails, monthlyLimit } = settings;
  const notify = (notificationType: string, threshold: number) => ({
    comparisonOperator: "GREATER_THAN",
    notificationType,
    threshold,
    thresholdType: "PERCENTAGE",
    subscriberEmailAddresses: emails,
  });
  return new aws.budgets.Budget(
    `${name}-budget`,
    {
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: usdDecimal(monthlyLimit),
      limitUnit: "USD",
      costFilters: [{ name: "TagKeyValue", values: [`user:${costTag.key}$${costTag.value}`] }],
      notifications: [
        ...settings.alertAt.map((share) => notify("ACTUAL", share)),
        notify("FORECASTED", 100),
      ],
      tags: costTags(`${name}-budget`, settings.tags),
    },
    { parent },
  );
}

function watchAnomalies(
  name: string,
  { anomalyAbove, costTag, emails, tags }: Settings,
  parent: SpendAlarm,
): aws.costexplorer.AnomalyMonitor {
  const monitor = new aws.costexplorer.AnomalyMonitor(
    `${name}-monitor`,
    {
      monitorType: "CUSTOM",
      monitorSpecification: JSON.stringify({
        Tags: { Key: costTag.key, Values: [costTag.value], MatchOptions: ["EQUALS"] },
      }),
      tags: costTags(`${name}-monitor`, tags),
    },
    { parent },
  );
  new aws.costexplorer.AnomalySubscription(
    `${name}-anomalies`,
    {
      frequency: "DAILY",
      monitorArnLists: [monitor.arn],
      subscribers: emails.map((address) => ({ type: "EMAIL", address })),
      thresholdExpression: {
        dimension: {
          key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
          matchOptions: ["GREATER_THAN_OR_EQUAL"],
          values: [String(toUsd(anomalyAbove))],
        },
      },
      tags: costTags(`${name}-anomalies`, tags),
    },
    { parent },
  );
  return monitor;
}

/** AWS keeps a tag off the bill until it is activated, and knows only tags that it has seen. */
function activateTags(name: string, { costTag }: Settings, parent: SpendAlarm): void {
  for (const tagKey of new Set([costTag.key, ...Object.values(RUN_LABELS)])) {
    new aws.costexplorer.CostAllocationTag(
      `${name}-tag-${tagKey.replaceAll(/[^a-z0-9]+/gi, "-")}`,
      { tagKey, status: "Active" },
      { parent },
    );
  }
}
