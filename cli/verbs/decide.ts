import { resolve } from "node:path";
import { InputError } from "../../core/errors.ts";
import { decideDocument } from "../../policies/decide-document.ts";
import { printJson } from "../output.ts";
import { decisionText } from "../plan-text.ts";
import { readInput } from "../read-input.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("<file>", "gate facts, or a stored decision record (JSON or YAML)")
      .addHelpText(
        "after",
        "\nThe same facts give the same bytes. A stored record is decided again and compared.\n\nExample:\n  tunekit decide .tunekit/store/runs/mail/01JD8Z…/decision.json",
      )
      .action((file: string, options: GlobalOptions) =>
        run(async () => {
          const text = readInput(resolve(io.cwd, file), file);
          const { decision, stored, differences = [] } = decideDocument(text, file);
          if (stored && differences.length > 0) {
            throw new InputError(
              "ReplayDiffers",
              `the stored decision differs from what its facts give: ${differences.join(", ")}`,
              {
                path: file,
                fix:
                  stored.engineVersion === decision.engineVersion
                    ? "the record or its facts were changed after the decision; restore it"
                    : `it was made by engine ${stored.engineVersion}, this is ${decision.engineVersion}; replay it with that version`,
              },
            );
          }
          if (options.json) printJson(io, { decision, replayed: stored ? "equal" : null });
          else
            io.out(
              `${decisionText(decision)}${stored ? "\nreplayed: equal to the stored decision, byte for byte" : ""}`,
            );
          return decision.admitted ? 0 : 3;
        }),
      );
  },
};
