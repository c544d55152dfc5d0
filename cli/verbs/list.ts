import { InputError } from "../../core/errors.ts";
import { nearest } from "../../core/spec/parse.ts";
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
          const all = await kit.runs.list();
          if (options.team !== undefined) {
            const listed = kit.project.platform.teams.map(({ name }) => name);
            refuseUnknown(options.team, [...listed, ...all.map(({ team }) => team)]);
          }
          const runs = all.filter(({ team }) => !options.team || team === options.team);
          if (options.json) printJson(io, runs.map(statusJson));
          else if (runs.length === 0)
            io.out(
              `${options.team ? `team ${options.team} has ` : ""}no runs yet; start one with \`tunekit submit job.yaml\``,
            );
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

function refuseUnknown(team: string, names: readonly string[]): void {
  if (names.includes(team)) return;
  const known = [...new Set(names)].sort();
  const near = nearest(team, known);
  throw new InputError("TeamUnknown", `there is no team "${team}"`, {
    path: "--team",
    fix: `${near ? `did you mean "${near}"? ` : ""}${known.length > 0 ? `teams: ${known.join(", ")}` : "leave out --team: there are no teams yet"}`,
  });
}
