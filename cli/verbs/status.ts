import { follow, statusJson, statusText } from "../follow.ts";
import { openKit } from "../open-kit.ts";
import { printJson } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("<run>", "run id, or its first characters")
      .option("--wait", "follow the run until it ends")
      .addHelpText("after", "\nExample:\n  tunekit status 01JD8Z --wait")
      .action((id: string, options: GlobalOptions & { wait?: boolean }) =>
        run(async () => {
          const kit = await openKit(io, options);
          const found = await kit.runs.get(id);
          const status = options.wait ? await follow(io, found) : await found.status();
          if (options.json) printJson(io, statusJson(status));
          else io.out(statusText(status));
          return 0;
        }),
      );
  },
};
