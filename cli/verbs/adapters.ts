import { shortDigest } from "../../core/digest.ts";
import { formatUsd } from "../../core/units.ts";
import { openKit } from "../open-kit.ts";
import { printJson, section, table } from "../output.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

export const verb: Verb = {
  configure(command, run, io) {
    command.addHelpText("after", "\nExample:\n  tunekit adapters promote spam-label --to champion");

    command
      .command("list")
      .description("every adapter with its versions and aliases")
      .action((options: GlobalOptions) =>
        run(async () => {
          const adapters = await (await openKit(io, options)).adapters.list();
          if (options.json) printJson(io, adapters);
          else if (adapters.length === 0)
            io.out("no adapters yet; `tunekit submit job.yaml` makes one");
          else {
            const rows = adapters.flatMap(({ name, versions, aliases }) =>
              versions.map((version) => [
                name,
                shortDigest(version),
                aliases
                  .filter((alias) => alias.version === version)
                  .map(({ alias }) => alias)
                  .join(", ") || "–",
              ]),
            );
            io.out(table(["adapter", "version", "aliases"], rows));
          }
          return 0;
        }),
      );

    command
      .command("show")
      .description("manifest of a version")
      .argument("<adapter>")
      .option("--version <version>", "alias or digest", "candidate")
      .addHelpText("after", "\nExample:\n  tunekit adapters show spam-label --version champion")
      .action((name: string, options: GlobalOptions & { version: string }) =>
        run(async () => {
          const shown = await (await openKit(io, options)).adapters.show(name, options.version);
          const { version, manifest } = shown;
          if (options.json) printJson(io, shown);
          else {
            io.out(
              section(`${name} ${version}`, [
                ["base", `${manifest.base.model} @ ${manifest.base.revision}`],
                [
                  "method",
                  `${manifest.method.name}, r ${manifest.method.r}, ${manifest.method.parameters.toLocaleString("en")} parameters`,
                ],
                ["data", manifest.data.dataset],
                [
                  "run",
                  `${manifest.run.id}, seed ${manifest.run.seed}, best step ${manifest.run.bestStep} of ${manifest.run.plannedSteps}`,
                ],
                ["decision", manifest.decisionId],
                ["cost", formatUsd(manifest.cost.microUsd)],
                ["made", `${manifest.createdAt} by ${manifest.createdBy}`],
              ]),
            );
          }
          return 0;
        }),
      );

    command
      .command("verify")
      .description("hash every file of a version again")
      .argument("<adapter>")
      .option("--version <version>", "alias or digest", "candidate")
      .action((name: string, options: GlobalOptions & { version: string }) =>
        run(async () => {
          const kit = await openKit(io, options);
          const verified = await kit.adapters.verify(name, options.version);
          if (options.json) printJson(io, verified);
          else if (verified.problems.length === 0) {
            io.out(`${name} ${verified.version}: every file is what the manifest says`);
          } else {
            const lines = verified.problems.map(
              ({ code, message, fix }) => `  ${code}: ${message}\n    fix: ${fix}`,
            );
            io.out([`${name} ${verified.version} is damaged`, ...lines].join("\n"));
          }
          return verified.problems.length === 0 ? 0 : 1;
        }),
      );

    command
      .command("promote")
      .description("move an alias to a version, after its gate")
      .argument("<adapter>")
      .option("--version <version>", "alias or digest", "candidate")
      .requiredOption("--to <alias>", "champion, candidate, or a free name")
      .option("--reason <text>", "why", "promoted")
      .addHelpText(
        "after",
        "\nExample:\n  tunekit adapters promote spam-label --version 3f9c --to candidate",
      )
      .action(
        (name: string, options: GlobalOptions & { version: string; to: string; reason: string }) =>
          run(async () => {
            const kit = await openKit(io, options);
            const moved = await kit.adapters.promote(name, options);
            if (options.json) printJson(io, moved);
            else
              io.out(`${name}: ${moved.alias} is now ${moved.version} (move ${moved.generation})`);
            return 0;
          }),
      );

    command
      .command("rollback")
      .description("move an alias back to the version before; always allowed")
      .argument("<adapter>")
      .requiredOption("--alias <alias>", "which alias")
      .requiredOption("--reason <text>", "why")
      .addHelpText(
        "after",
        '\nExample:\n  tunekit adapters rollback spam-label --alias champion --reason "worse on invoices"',
      )
      .action((name: string, options: GlobalOptions & { alias: string; reason: string }) =>
        run(async () => {
          const moved = await (await openKit(io, options)).adapters.rollback(name, options);
          if (options.json) printJson(io, moved);
          else
            io.out(
              `${name}: ${moved.alias} is back at ${moved.version} (move ${moved.generation})`,
            );
          return 0;
        }),
      );
  },
};
