import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planSubnets } from "../../components/subnet-plan.ts";
import { problemsOf } from "../support/problems.ts";

const range = (cidr: string): [number, number] => {
  const [address = "", bits = ""] = cidr.split("/");
  const start = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return [start, start + 2 ** (32 - Number(bits))];
};

describe("subnets of a network", () => {
  it("are an eighth for private and a sixty-fourth for public ones", () => {
    expect(planSubnets("10.64.0.0/16", ["eu-central-1a", "eu-central-1b"])).toEqual([
      { zone: "eu-central-1a", privateCidr: "10.64.0.0/19", publicCidr: "10.64.224.0/22" },
      { zone: "eu-central-1b", privateCidr: "10.64.32.0/19", publicCidr: "10.64.228.0/22" },
    ]);
  });

  it("lie within it and never overlap", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 20 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 1, max: 4 }),
        (bits, block, zones) => {
          const network = `10.${block}.0.0/${bits}`;
          const names = ["a", "b", "c", "d"].slice(0, zones);
          const ranges = planSubnets(network, names)
            .flatMap(({ privateCidr, publicCidr }) => [privateCidr, publicCidr])
            .map(range)
            .sort(([a], [b]) => a - b);
          const [start, end] = range(network);
          expect(ranges[0]?.[0]).toBeGreaterThanOrEqual(start);
          expect(ranges.at(-1)?.[1]).toBeLessThanOrEqual(end);
          for (const [index, [from]] of ranges.entries()) {
            if (index > 0) expect(from).toBeGreaterThanOrEqual(ranges[index - 1]?.[1] ?? 0);
          }
        },
      ),
    );
  });

  it.each(["10.0.0.0/24", "10.0.0.0/8", "10.0.1.0/16", "10.0.0.300/16"])(
    "cannot be cut from %s",
    (cidr) => {
      expect(problemsOf(() => planSubnets(cidr, ["a"]))).toEqual(["NetworkSize cidr"]);
    },
  );
});
