import { describe, expect, it } from "vitest";
import { SpendAlarm } from "../../components/spend-alarm.ts";
import { SpendAlarmArgs } from "../../components/spend-alarm-args.ts";
import { parseSpec } from "../../core/spec/parse.ts";
import { awsOutputs, ofType, only } from "../support/aws-outputs.ts";
import { problemsOf } from "../support/problems.ts";
import { registered } from "../support/pulumi-mocks.ts";

const ARGS: SpendAlarmArgs = { monthlyLimit: "1500 USD", emails: ["finance@example.com"] };
const make = (args: SpendAlarmArgs) => registered(() => new SpendAlarm("spend", args), awsOutputs);

describe("the spend alarm", () => {
  it("tells at shares of the limit, and before it is reached, of the platform's cost alone", async () => {
    const budget = only(await make(ARGS), "aws:budgets/budget:Budget");
    expect(budget).toMatchObject({
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "1500.000000",
      limitUnit: "USD",
      costFilters: [{ name: "TagKeyValue", values: ["user:app.kubernetes.io/part-of$tunekit"] }],
    });
    const notifications = budget.notifications as { notificationType: string; threshold: number }[];
    expect(notifications.map((each) => [each.notificationType, each.threshold])).toEqual([
      ["ACTUAL", 50],
      ["ACTUAL", 80],
      ["ACTUAL", 100],
      ["FORECASTED", 100],
    ]);
  });

  it("watches for what is unusual by the same tag", async () => {
    const resources = await make({ ...ARGS, anomalyAbove: "40 USD" });
    const monitor = only(resources, "aws:costexplorer/anomalyMonitor:AnomalyMonitor");
    expect(JSON.parse(String(monitor.monitorSpecification))).toEqual({
      Tags: {
        Key: "app.kubernetes.io/part-of",
        Values: ["tunekit"],
        MatchOptions: ["EQUALS"],
      },
    });
    expect(
      only(resources, "aws:costexplorer/anomalySubscription:AnomalySubscription"),
    ).toMatchObject({
      subscribers: [{ type: "EMAIL", address: "finance@example.com" }],
      thresholdExpression: { dimension: { values: ["40"] } },
    });
  });

  it("activates the labels of runs as tags on the bill, where it is asked to", async () => {
    const tag = "aws:costexplorer/costAllocationTag:CostAllocationTag";
    expect(ofType(await make(ARGS), tag)).toEqual([]);
    const keys = ofType(await make({ ...ARGS, activateCostTags: true }), tag).map(
      ({ inputs }) => inputs.tagKey,
    );
    expect(keys).toContain("app.kubernetes.io/part-of");
    expect(keys).toContain("tunekit.dev/cost-center");
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("is refused without a limit or anybody to tell", () => {
    const problems = (args: unknown) => problemsOf(() => parseSpec(SpendAlarmArgs, args));
    expect(problems({})).toEqual(["MissingKey monthlyLimit", "MissingKey emails"]);
    expect(problems({ monthlyLimit: "much", emails: [] })).toEqual([
      "WrongAmount monthlyLimit",
      "TooSmall emails",
    ]);
  });
});
