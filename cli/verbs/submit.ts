import { formatPercent } from "../../core/units.ts";
import type { RunStatus } from "../../sdk/index.ts";
import { follow, statusJson, statusText } from "../follow.ts";
import { progress } from "../io.ts";
import { openKit, readJob } from "../open-kit.ts";
import { printJson } from "../output.ts";
import { printPlan } from "../print-plan.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

interface Options extends GlobalOptions {
  wait?: boolean;
  dryRun?: boolean;
  pilot?: boolean;
}

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("<job>", "job file (YAML)")
      .option("--wait", "follow the run until it ends")
      .option("--pilot", "train a share of the steps first, as a run of its own")
      .option("--dry-run", "plan the whole job, change nothing; the same as `tunekit plan`")
      .addHelpText(
        "after",
        "\nThe run goes on when this command ends. The same job again finds the run it made: it resumes one that was" +
          "\nkilled and never trains twice. Exit 3 when the gate refuses, or when other runs took the budget in the meantime." +
          "\n\nExample:\n  tunekit submit job.yaml --wait",
      )
      .action((file: string, options: Options) =>
        run(async () => {
          const kit = await openKit(io, options);
          const { job, folder } = readJob(io, file);
          const shown = progress(io, "preparing");
          if (options.dryRun) {
            const plan = await kit.plan(job, {
              folder,
              signal: io.signal,
              onProgress: shown.update,
            });
            shown.done();
            if (options.pilot && !options.json) {
              const share = formatPercent(kit.project.platform.policy.pilotShare);
              io.err(`this is the plan of the whole job; --pilot trains ${share} of its steps`);
            }
            return printPlan(io, plan, options.json === true);
          }
          const submitted = await kit.submit(job, {
            folder,
            pilot: options.pilot === true,
            signal: io.signal,
            onProgress: shown.update,
          });
          shown.done();
          const first = await submitted.status();
          const refused = neverStarted(first);
          const status = options.wait && !refused ? await follow(io, submitted) : first;
          if (options.json) printJson(io, statusJson(status));
          else {
            io.out(statusText(status));
            if (status.state === "running")
              io.out(`  follow it: tunekit status ${status.runId} --wait`);
          }
          return refused ? 3 : 0;
        }),
      );
  },
};

/** The gate said yes and the budget no: other runs took it in the meantime. */
const neverStarted = ({ result }: RunStatus): boolean =>
  result?.failure === "policy" && result.attempts === 0;
