import { openKit } from "../open-kit.ts";
import { printJson } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("<run>", "run id, or its first characters")
      .option("--metrics", "metrics instead of the trainer's own output")
      .option("--follow", "metrics as they come, until the run ends or pauses")
      .addHelpText(
        "after",
        "\nMetrics with --json are one JSON line each.\n\nExample:\n  tunekit logs 01JD8Z --metrics --json",
      )
      .action((id: string, options: GlobalOptions & { metrics?: boolean; follow?: boolean }) =>
        run(async () => {
          const found = await (await openKit(io, options)).runs.get(id);
          if (!options.metrics && !options.follow) {
            const log = await found.log();
            if (options.json) printJson(io, { runId: found.id, log });
            else io.out(log.trimEnd());
            return 0;
          }
          for await (const event of found.events({
            signal: io.signal,
            follow: options.follow === true,
          })) {
            if (event.kind !== "metric") continue;
            const { step, split, name, value } = event.metric;
            io.out(
              options.json
                ? JSON.stringify(event.metric)
                : `step ${step}  ${split} ${name} ${value.toPrecision(4)}`,
            );
          }
          return 0;
        }),
      );
  },
};
