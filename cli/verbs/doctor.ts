import { existsSync } from "node:fs";
import pc from "picocolors";
import { findTrainer } from "../../sdk/local/python.ts";
import { openProject } from "../../sdk/project.ts";
import type { Io } from "../io.ts";
import { printJson } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

interface Check {
  name: string;
  ok: boolean;
  says: string;
  fix?: string;
}

export const verb: Verb = {
  configure(command, run, io) {
    command
      .addHelpText("after", "\nExit 1 when something is missing.\n\nExample:\n  tunekit doctor")
      .action((options: GlobalOptions) =>
        run(async () => {
          const checks = await examine(io, options);
          if (options.json) printJson(io, checks);
          else for (const check of checks) io.out(line(check));
          return checks.every(({ ok }) => ok) ? 0 : 1;
        }),
      );
  },
};

async function examine(io: Io, options: GlobalOptions): Promise<Check[]> {
  const project = openProject({ cwd: io.cwd, ...options });
  const trainer = await findTrainer({ env: io.env });
  return [
    { name: "node", ok: true, says: process.versions.node },
    project.configFile
      ? { name: "platform config", ok: true, says: project.configFile }
      : {
          name: "platform config",
          ok: false,
          says: "no tunekit.yaml here or above",
          fix: "write one with `tunekit init`",
        },
    project.platform.owned.length > 0
      ? {
          name: "price of this machine",
          ok: true,
          says: project.platform.owned.map(({ name }) => name).join(", "),
        }
      : {
          name: "price of this machine",
          ok: false,
          says: "not stated, so a run here is PriceUnknown",
          fix: "add an `owned` row to tunekit.yaml",
        },
    {
      name: "store",
      ok: true,
      says: `${project.store}${existsSync(project.store) ? "" : " (made with the first write)"}`,
    },
    ...Object.entries(project.platform.models).map(
      ([id, folder]): Check =>
        existsSync(folder)
          ? { name: `base model ${id}`, ok: true, says: folder }
          : {
              name: `base model ${id}`,
              ok: false,
              says: `nothing at ${folder}`,
              fix: "correct `models` in tunekit.yaml",
            },
    ),
    "python" in trainer
      ? { name: "trainer", ok: true, says: trainer.python }
      : { name: "trainer", ok: false, says: trainer.message, fix: trainer.fix },
  ];
}

const line = ({ name, ok, says, fix }: Check): string =>
  `${ok ? pc.green("ok     ") : pc.red("missing")} ${name}: ${says}${fix ? `\n        fix: ${fix}` : ""}`;
