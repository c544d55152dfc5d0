import type { Problem } from "../core/errors.ts";

/**
 * Branch of NVIDIA's driver in the AL2023 image of EKS (awslabs/amazon-eks-ami changelog, v20260714: 580.159).
 */
export const EKS_IMAGE_DRIVER = 580;

/** Families of machines that the image of EKS cannot drive. */
const OTHER_DRIVERS = {
  g7: {
    driver: "595 or newer",
    source: "awslabs/amazon-eks-ami doc/usage/g7-ami.md",
  },
  g6f: { driver: "of the GRID line, never 595", source: "shares of an L4 are virtual GPUs" },
  gr6f: { driver: "of the GRID line, never 595", source: "shares of an L4 are virtual GPUs" },
} as const;

const familyOf = (instanceType: string): string => instanceType.split(".")[0] ?? "";

/** What is wrong with starting these machines from this image; empty: nothing. */
export function imageProblems(instanceTypes: readonly string[], amiId?: string): Problem[] {
  const special = instanceTypes.filter((type) => Object.hasOwn(OTHER_DRIVERS, familyOf(type)));
  const families = [...new Set(instanceTypes.map(familyOf))];
  const drivers = new Set(
    families.map((family) => OTHER_DRIVERS[family as keyof typeof OTHER_DRIVERS]?.driver ?? "EKS"),
  );
  const [first] = special;
  if (first === undefined) return [];
  const { driver, source } = OTHER_DRIVERS[familyOf(first) as keyof typeof OTHER_DRIVERS];
  if (drivers.size > 1) {
    return [
      {
        code: "ImagesDiffer",
        path: "instanceTypes",
        message: `${first} needs an NVIDIA driver ${driver} (${source}); the other machines of the pool need another`,
        fix: `make a pool of its own for ${first}`,
      },
    ];
  }
  if (amiId !== undefined) return [];
  return [
    {
      code: "ImageNeeded",
      path: "amiId",
      message: `${first} needs an NVIDIA driver ${driver} (${source}); the image of EKS has ${EKS_IMAGE_DRIVER}`,
      fix: "build an image with that driver and name it in amiId",
    },
  ];
}
