import { z } from "zod";
import { PlatformConfig } from "../core/spec/platform-config.ts";
import { TunekitChartValues } from "./tunekit-chart-values.ts";

export const CostGateArgs = z.strictObject({
  /** What the platform offers; SDK, CLI and controller read it from the cluster. As in `tunekit.yaml`. */
  platform: PlatformConfig,
  /** Values of the chart `tunekit`. @default the rules deny, the controller is off until its image is given */
  values: TunekitChartValues.prefault({}).superRefine(({ controller }, context) => {
    if (!controller.enabled || controller.image !== "") return;
    context.addIssue({
      code: "custom",
      path: ["controller", "image"],
      message: "is missing, but the controller is to run",
      params: {
        code: "ImageMissing",
        fix: 'name an image by digest, "registry/name@sha256:…", or leave controller.enabled out',
      },
    });
  }),
});
export type CostGateArgs = z.input<typeof CostGateArgs>;
