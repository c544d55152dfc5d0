import { progress } from "../io.ts";
import { openKit, readJob } from "../open-kit.ts";
import { printJson } from "../output.ts";
import { planText } from "../plan-text.ts";
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
          if (options.json) {
            const { estimate, decision } = plan;
            printJson(io, {
              jobDigest: plan.jobDigest,
              datasetDigest: plan.dataset.digest,
              estimate,
              decision,
            });
          } else io.out(planText(plan));
          return plan.decision.admitted ? 0 : 3;
        }),
      );
  },
};
