import { describe, expect, it } from "vitest";
import { imageProblems } from "../../components/node-image.ts";

const codes = (types: string[], ami?: string) => imageProblems(types, ami).map(({ code }) => code);

describe("the image of a node", () => {
  it("of EKS drives A10G, L4, L40S, A100 and H100", () => {
    expect(codes(["g5.2xlarge", "g6.2xlarge"])).toEqual([]);
    expect(codes(["g6e.xlarge"])).toEqual([]);
    expect(codes(["p4d.24xlarge"])).toEqual([]);
    expect(codes(["p5.4xlarge"])).toEqual([]);
  });

  it("must be another one for RTX PRO cards: driver 595 or newer", () => {
    const [problem] = imageProblems(["g7.4xlarge"]);
    expect(problem).toMatchObject({
      code: "ImageNeeded",
      path: "amiId",
      fix: "build an image with that driver and name it in amiId",
    });
    expect(problem?.message).toContain("595 or newer");
    expect(problem?.message).toContain("has 580");
    expect(codes(["g7.4xlarge"], "ami-0123")).toEqual([]);
  });

  it("must have a GRID driver for a share of a card, and that one is not 595", () => {
    expect(imageProblems(["g6f.xlarge"])[0]?.message).toContain("GRID line, never 595");
    expect(codes(["gr6f.4xlarge"])).toEqual(["ImageNeeded"]);
    expect(codes(["g6f.xlarge"], "ami-0123")).toEqual([]);
  });

  it("is one for all machines of a pool, so those that need different drivers cannot share", () => {
    expect(codes(["g7.4xlarge", "g6f.xlarge"], "ami-0123")).toEqual(["ImagesDiffer"]);
    expect(codes(["g6.2xlarge", "g6f.xlarge"], "ami-0123")).toEqual(["ImagesDiffer"]);
  });

  it("of the larger Blackwell family is that of EKS: only g7 itself is known to want more", () => {
    expect(codes(["g7e.2xlarge"])).toEqual([]);
  });
});
