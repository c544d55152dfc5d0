import { statusJson, statusText } from "../follow.ts";
import { openKit } from "../open-kit.ts";
import { printJson } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("<run>", "run id, or its first characters")
      .addHelpText(
        "after",
        "\nWhat was spent is settled; the run cannot be resumed.\n\nExample:\n  tunekit cancel 01JD8Z",
      )
      .action((id: string, options: GlobalOptions) =>
        run(async () => {
          const status = await (await (await openKit(io, options)).runs.get(id)).cancel();
          if (options.json) printJson(io, statusJson(status));
          else io.out(statusText(status));
          return 0;
        }),
      );
  },
};
