import { describe, expect, it } from "vitest";
import { type ClusterQuery, clusterRates } from "../../../core/catalog/cluster-rates.ts";
import { builtinPriceBook } from "../../../core/catalog/prices.ts";
import { RunCosts } from "../../../core/spec/run-costs.ts";
import { NOW } from "../../support/estimate-input.ts";

const STATED = { source: "cluster of November", asOf: "2026-11-01" };

const rates = (costs: object, changes: Partial<ClusterQuery> = {}) =>
  clusterRates(builtinPriceBook(), {
    costs: RunCosts.parse(costs),
    region: "us-east-1",
    instanceType: "g5.xlarge",
    maxAgeDays: { onDemand: 180, spot: 2, owned: 365, service: 365 },
    now: NOW,
    ...changes,
  });

const fixed = (price: number) => ({ low: price, expected: price, high: price });

describe("what a cluster adds to an hour of its node", () => {
  it("is nothing, unless the platform says so", () => {
    expect(rates({})).toEqual({ rates: [], unknowns: [] });
    expect(rates({ node: { start: 60, ...STATED } })).toEqual({ rates: [], unknowns: [] });
  });

  it("is the node's part of the control plane", () => {
    expect(rates({ eks: { nodes: 5, ...STATED } }).rates).toEqual([
      {
        item: "control plane, one of 5 nodes",
        unit: "cluster-hour",
        unitPriceMicroUsd: fixed(100_000),
        unitsPerHour: 0.2,
        inOneLine: true,
        source: "cloudburn.io",
        asOf: "2026-03-01",
      },
    ]);
  });

  it("is six times as much on an old Kubernetes version", () => {
    expect(rates({ eks: { nodes: 1, support: "extended", ...STATED } }).rates).toMatchObject([
      { unitPriceMicroUsd: fixed(600_000) },
    ]);
  });

  it("is the fee of Auto Mode, of the on-demand price", () => {
    const { rates: found } = rates({ eks: { nodes: 1, autoMode: 0.12, ...STATED } });
    expect(found[1]).toEqual({
      item: "EKS Auto Mode, 12 % of g5.xlarge on-demand",
      unit: "node-hour",
      unitPriceMicroUsd: fixed(120_720),
      unitsPerHour: 1,
      inOneLine: true,
      ...STATED,
    });
  });

  it("is the node's disk, of which an hour is 1/730 of a month", () => {
    expect(rates({ node: { diskGB: 146, ...STATED } }).rates).toMatchObject([
      { item: "146 GB of node disk", unitPriceMicroUsd: fixed(80_000), unitsPerHour: 0.2 },
    ]);
  });

  it("is unknown where one price is, and names every one", () => {
    const costs = { eks: { nodes: 5, autoMode: 0.12, ...STATED }, node: { diskGB: 1, ...STATED } };
    const { rates: found, unknowns } = rates(costs, { region: "mars-1" });
    expect(found).toEqual([]);
    expect(unknowns.map(({ code, message }) => [code, message.split(";")[0]])).toEqual([
      ["PriceUnknown", 'price book "builtin" has no price for gp3-storage in mars-1'],
      ["PriceUnknown", 'price book "builtin" has no price for eks-control-plane in mars-1'],
      ["PriceUnknown", 'price book "builtin" has no price for g5.xlarge on-demand in mars-1'],
    ]);
  });
});
