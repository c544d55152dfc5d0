import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builtinPriceBook } from "../../../core/catalog/prices.ts";
import { NODE_TIERS } from "../../../core/catalog/tiers.ts";
import {
  amountOf,
  type PlatformCost,
  platformCost,
  platformCostLine,
  platformCostSums,
} from "../../../core/platform/platform-cost.ts";
import { stackConfigOf } from "../../../core/platform/read-stack-config.ts";
import { microUsd } from "../../../core/units.ts";
import { NOW } from "../../support/estimate-input.ts";
import { OWNED_BOX, OWNED_POOL, stackValues } from "../../support/stack-values.ts";

const costOf = (changes: Record<string, unknown> = {}, now = NOW): PlatformCost =>
  platformCost(stackConfigOf(stackValues(changes)), builtinPriceBook(), now);

const onPremises = (changes: Record<string, unknown> = {}) => ({
  "tunekit:network": undefined,
  "tunekit:cluster": { existing: { kind: "kubeconfig", name: "lab" } },
  "tunekit:pools": [OWNED_POOL],
  "tunekit:platform": { owned: [OWNED_BOX] },
  ...changes,
});

const amounts = (lines: PlatformCost["idle"]["lines"]) =>
  lines.map(({ item, quantity, unit, microUsd }) => [item, quantity, unit, microUsd / 1e6]);

describe("a month without a job", () => {
  it("is control plane, system nodes, their disks, keys, NAT and endpoints, to the last cent", () => {
    const { idle, priceBook } = costOf();
    // docs/platform.md: 730 h x list prices of us-east-1
    expect(amounts(idle.lines)).toEqual([
      ["EKS control plane", 730, "cluster-hour", 73],
      ["2 system nodes m7i.large", 1460, "node-hour", 147.168],
      ["disks of 2 system nodes", 100, "GB-month", 8],
      ["KMS key of the cluster's secrets", 1, "key-month", 1],
      ["1 NAT gateway", 730, "gateway-hour", 32.85],
      ["5 VPC endpoints in 2 zones", 7300, "endpoint-hour", 73],
      ["KMS key of the adapter registry", 1, "key-month", 1],
    ]);
    expect(idle.microUsd).toBe(microUsd(336.018));
    expect(priceBook).toMatchObject({ id: "builtin", asOf: "2026-11-23" });
    for (const line of idle.lines) {
      expect(line.source).not.toBe("");
      expect(line.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });

  it("has a NAT gateway in each zone, or none and all endpoints", () => {
    const zones = ["us-east-1a", "us-east-1b", "us-east-1c"];
    const perZone = costOf({ "tunekit:network": { zones, nat: "per-zone" } }).idle.lines;
    expect(perZone).toContainEqual(
      expect.objectContaining({
        item: "3 NAT gateways",
        quantity: 2190,
        microUsd: microUsd(98.55),
      }),
    );
    const none = costOf({ "tunekit:network": { zones, nat: "none" } }).idle.lines;
    expect(none.map(({ item }) => item)).not.toContain("1 NAT gateway");
    expect(none).toContainEqual(
      expect.objectContaining({ item: "10 VPC endpoints in 3 zones", quantity: 21_900 }),
    );
  });

  it("says PriceUnknown, and no sum, where one thing has no price", () => {
    const systemNodes = { instanceType: "t9.nano" };
    const admins = ["arn:aws:iam::111122223333:role/a"];
    const { idle, ceiling } = costOf({ "tunekit:cluster": { admins, systemNodes } });
    expect(idle.unknowns).toMatchObject([
      { code: "PriceUnknown", message: expect.stringContaining("t9.nano on-demand in us-east-1") },
    ]);
    expect([idle.microUsd, ceiling.microUsd]).toEqual([null, null]);
    expect(idle.knownMicroUsd).toBe(microUsd(336.018 - 147.168));
    expect(amountOf(idle)).toBe("unknown, at least 188.85 USD");
  });

  it("says PriceStale where a price is too old, and takes one that the platform entered", () => {
    const registry = { storedGB: 100 };
    const stale = costOf({ "tunekit:registry": registry });
    expect(stale.idle.unknowns).toEqual([
      {
        code: "PriceStale",
        message: "the price for s3-standard in us-east-1 has no date",
        fix: "enter it with tunekit:platform: {costs: {prices: [{service: s3-standard, price, source, asOf}]}}",
      },
    ]);
    const price = {
      service: "s3-standard",
      price: 0.023,
      source: "our contract",
      asOf: "2026-11-01",
    };
    const entered = costOf({
      "tunekit:registry": registry,
      "tunekit:platform": { costs: { prices: [price] } },
    });
    expect(entered.idle.lines.at(-1)).toMatchObject({
      item: "adapter registry",
      microUsd: microUsd(2.3),
      source: "our contract",
    });
  });

  it("is unknown in a region for which the book has no row", () => {
    const zones = ["eu-north-1a", "eu-north-1b"];
    const { idle } = costOf({ "aws:region": "eu-north-1", "tunekit:network": { zones } });
    expect([idle.lines, idle.microUsd]).toEqual([[], null]);
    expect(new Set(idle.unknowns.map(({ code }) => code))).toEqual(new Set(["PriceUnknown"]));
  });

  it("holds a reservation in full: it is billed whether used or not", () => {
    const reservation = { id: "cr-1", zone: "us-east-1a", instanceType: "p4d.24xlarge" };
    const pool = { tier: "a100-40", capacity: "reservation", maxGpus: 16, reservation };
    const { idle, pools } = costOf({ "tunekit:pools": [{ ...pool, owner: "ml", reason: "13B" }] });
    expect(idle.lines.at(-1)).toMatchObject({
      item: "a100-40-reservation: 2 reserved p4d.24xlarge",
      quantity: 1460,
      microUsd: microUsd(21.957642 * 1460),
    });
    expect(amounts(pools[0]?.lines ?? [])).toEqual([["disks of 2 nodes", 400, "GB-month", 32]]);
  });
});

describe("a month at the ceiling", () => {
  it("is the limit in nodes of the dearest machine, with spot at the on-demand price", () => {
    const { pools, assumptions } = costOf();
    expect(pools).toMatchObject([{ pool: "gpu-24gb-spot", maxGpus: 4, nodes: 4 }]);
    // g5.4xlarge at 1.624 USD is the dearest of the tier's machines
    expect(amounts(pools[0]?.lines ?? [])).toEqual([
      ["4 nodes g5.4xlarge", 2920, "node-hour", 4742.08],
      ["disks of 4 nodes", 800, "GB-month", 64],
    ]);
    expect(assumptions).toContain(
      "spot is counted at the on-demand price, which AWS never exceeds",
    );
  });

  it("counts whole nodes only", () => {
    const pool = { tier: "a100-40", owner: "ml", reason: "13B" };
    const nodes = [8, 16].map(
      (maxGpus) => costOf({ "tunekit:pools": [{ ...pool, maxGpus }] }).pools[0]?.nodes,
    );
    expect(nodes).toEqual([1, 2]);
  });

  it("says that no price book holds what a capacity block cost", () => {
    const reservation = { id: "cr-1", zone: "us-east-1a", instanceType: "p5.4xlarge" };
    const pool = { tier: "h100-80", capacity: "capacity-block", maxGpus: 1, reservation };
    const { pools, ceiling } = costOf({ "tunekit:pools": [pool] });
    expect(pools[0]).toMatchObject({ microUsd: null, unknowns: [{ code: "PriceUnknown" }] });
    expect(ceiling.microUsd).toBeNull();
  });

  it("is the sum of idle, added system nodes and all pools", () => {
    const pools = fc
      .uniqueArray(fc.constantFrom(...NODE_TIERS), { minLength: 1 })
      .chain((tiers) =>
        fc.tuple(
          ...tiers.map((tier) =>
            fc
              .integer({ min: 1, max: 8 })
              .map((nodes) => ({ tier, maxGpus: 8 * nodes, owner: "ml", reason: "a test" })),
          ),
        ),
      );
    fc.assert(
      fc.property(pools, (each) => {
        const { idle, system, ceiling, pools: parts } = costOf({ "tunekit:pools": each });
        const sum = [idle, system, ...parts].reduce((total, part) => total + part.knownMicroUsd, 0);
        expect(ceiling.knownMicroUsd).toBe(sum);
        expect(ceiling.microUsd).toBe(ceiling.unknowns.length === 0 ? sum : null);
        for (const part of [idle, system, ...parts]) {
          for (const line of part.lines) {
            expect(line.microUsd).toBe(Math.round(line.quantity * line.unitPriceMicroUsd));
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("owned machines", () => {
  it("cost their capital while idle and their power at the ceiling", () => {
    const { idle, pools, notCounted } = costOf(onPremises());
    // two boxes of two cards: 7200 USD / 36 months each; 1.1 kW x 730 h x 0.25 USD each
    expect(amounts(idle.lines)).toEqual([
      ["KMS key of the adapter registry", 1, "key-month", 1],
      ["gpu-24gb-owned: capital of 2 box over 3 years", 2, "machine-month", 400],
    ]);
    expect(amounts(pools[0]?.lines ?? [])).toEqual([
      ["power of 2 box at 1100 W", 1606, "kWh", 401.5],
    ]);
    expect(notCounted).toContain("power of owned machines that stand idle");
    expect(notCounted).toContain("control plane, network and system nodes of the existing cluster");
  });

  it("of several kinds count as the dearest", () => {
    const dear = { ...OWNED_BOX, name: "dear", gpus: 1, capitalUsd: 9000 };
    const { idle } = costOf(onPremises({ "tunekit:platform": { owned: [OWNED_BOX, dear] } }));
    expect(idle.lines.at(-1)).toMatchObject({ quantity: 4, microUsd: microUsd(1000) });
  });

  it("are unknown where nobody entered them, or entered them long ago", () => {
    const missing = costOf(onPremises({ "tunekit:platform": {} }));
    expect(missing.idle.unknowns).toMatchObject([
      {
        code: "PriceUnknown",
        message: "no machine of tier gpu-24gb is entered for the pool gpu-24gb-owned",
      },
    ]);
    const old = { ...OWNED_BOX, asOf: "2020-01-01" };
    const stale = costOf(onPremises({ "tunekit:platform": { owned: [old] } }));
    expect(stale.ceiling.unknowns.map(({ code }) => code)).toEqual(["PriceStale", "PriceStale"]);
  });
});

describe("the sums of a stack's output", () => {
  it("are idle, each pool and the ceiling, or null with what is unknown", () => {
    expect(platformCostSums(costOf())).toEqual({
      idleMicroUsd: 336_018_000,
      ceilingMicroUsd: 5_297_266_000,
      poolsMicroUsd: { "gpu-24gb-spot": 4_806_080_000 },
      unknown: [],
      priceBook: "builtin of 2026-11-23",
    });
    const stale = platformCostSums(costOf({ "tunekit:registry": { storedGB: 1 } }));
    expect(stale).toMatchObject({
      idleMicroUsd: null,
      ceilingMicroUsd: null,
      unknown: ["the price for s3-standard in us-east-1 has no date"],
    });
  });
});

describe("the line of a preview", () => {
  it("says idle, ceiling and the price book with its date", () => {
    expect(platformCostLine(costOf())).toBe(
      "idle 336.02 USD a month; at its ceiling 5,297.27 USD; price book builtin of 2026-11-23",
    );
  });

  it("says unknown instead of a sum that leaves something out", () => {
    const systemNodes = { instanceType: "t9.nano" };
    const admins = ["arn:aws:iam::111122223333:role/a"];
    expect(platformCostLine(costOf({ "tunekit:cluster": { admins, systemNodes } }))).toMatch(
      /^idle unknown, at least 188.85 USD a month; at its ceiling unknown, at least /,
    );
  });
});
