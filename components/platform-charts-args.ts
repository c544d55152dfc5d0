import { z } from "zod";
import { PLATFORM_CHARTS } from "../core/platform/stack-config.ts";

export type PlatformChart = (typeof PLATFORM_CHARTS)[number];

export const PlatformChartsArgs = z.strictObject({
  /** @default all but metrics-server, which is a managed add-on on EKS */
  install: z
    .array(z.enum(PLATFORM_CHARTS))
    .default(PLATFORM_CHARTS.filter((chart) => chart !== "metrics-server"))
    .transform((wanted) => PLATFORM_CHARTS.filter((chart) => wanted.includes(chart))),
  /**
   * A registry (`oci://…`) or folder that holds the charts under their own names, for a network without internet.
   * @default the public registries of charts/pins.yaml
   */
  mirror: z.string().min(1).optional(),
  /** Values over those of charts/values/, by chart. @default {} */
  values: z.partialRecord(z.enum(PLATFORM_CHARTS), z.record(z.string(), z.unknown())).default({}),
});
export type PlatformChartsArgs = z.input<typeof PlatformChartsArgs>;
