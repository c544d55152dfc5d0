import { formatDuration, formatUsd } from "../../core/units.ts";
import { statusJson } from "../follow.ts";
import { openKit } from "../open-kit.ts";
import { printJson, table, tint } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

export const verb: Verb = {
  configure(command, run, io) {
    command
      .option("--team <name>", "only this team's runs")
      .addHelpText("after", "\nNewest first.\n\nExample:\n  tunekit list --team mail")
      .action((options: GlobalOptions & { team?: string }) =>
        run(async () => {
          const kit = await openKit(io, options);
          const runs = (await kit.runs.list()).filter(
            ({ team }) => !options.team || team === options.team,
          );
          if (options.json) printJson(io, runs.map(statusJson));
          else if (runs.length === 0)
            io.out("no runs yet; start one with `tunekit submit job.yaml`");
          else {
            const rows = runs.map(
              ({ runId, team, adapter, state, step, plannedSteps, seconds, costMicroUsd }) => [
                runId,
                team,
                adapter,
                tint(state),
                `${step}/${plannedSteps}`,
                formatDuration(seconds),
                formatUsd(costMicroUsd),
              ],
            );
            io.out(
              table(["run", "team", "adapter", "state", "steps", "time", "cost"], rows, [4, 5, 6]),
            );
          }
          return 0;
        }),
      );
  },
};
