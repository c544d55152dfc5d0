import { progress } from "../io.ts";
import { openKit, readJob } from "../open-kit.ts";
import { printPlan } from "../print-plan.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("<job>", "job file (YAML)")
      .addHelpText(
        "after",
        "\nChanges nothing. Exit 3 when the gate refuses.\n\nExample:\n  tunekit plan job.yaml",
      )
      .action((file: string, options: GlobalOptions) =>
        run(async () => {
          const kit = await openKit(io, options);
          const { job, folder } = readJob(io, file);
          const shown = progress(io, "reading the data");
          const plan = await kit.plan(job, {
            folder,
            signal: io.signal,
            onProgress: shown.update,
          });
          shown.done();
          return printPlan(io, plan, options.json === true);
        }),
      );
  },
};
