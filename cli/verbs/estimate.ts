import { Option } from "commander";
import { TIERS, type Tier } from "../../core/spec/tier.ts";
import { estimateText } from "../estimate-text.ts";
import { progress } from "../io.ts";
import { openKit, readJob } from "../open-kit.ts";
import { printJson } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

interface Options extends GlobalOptions {
  tier?: Tier;
  instance?: string;
}

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("<job>", "job file (YAML)")
      .addOption(
        new Option("--tier <tier>", "only machines of this tier, in the job or not").choices(TIERS),
      )
      .addOption(
        new Option("--instance <name>", "only this instance type or owned machine").conflicts(
          "tier",
        ),
      )
      .addHelpText(
        "after",
        "\nThe best placement in full, every sum with its terms; then one line for each kind of machine that the job" +
          "\nallows, and whether it fits each tier of the platform. Changes nothing and asks no gate: `tunekit plan` decides." +
          "\n\nExamples:\n  tunekit estimate job.yaml\n  tunekit estimate job.yaml --tier gpu-48gb",
      )
      .action((file: string, options: Options) =>
        run(async () => {
          const kit = await openKit(io, options);
          const { job, folder } = readJob(io, file);
          const shown = progress(io, "reading the data");
          const { tier, instance } = options;
          const estimate = await kit.estimate(job, {
            folder,
            signal: io.signal,
            onProgress: shown.update,
            ...(tier ? { tier } : {}),
            ...(instance ? { instance } : {}),
          });
          shown.done();
          const { job: _asked, ...document } = estimate;
          if (options.json) printJson(io, document);
          else io.out(estimateText(estimate));
          return 0;
        }),
      );
  },
};
