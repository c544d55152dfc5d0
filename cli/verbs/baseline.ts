import { resolve } from "node:path";
import { PromptSearch } from "../../core/spec/prompt-search.ts";
import { parseYaml } from "../../core/spec/yaml.ts";
import { formatPercent } from "../../core/units.ts";
import type { StoredBaseline } from "../../sdk/index.ts";
import { progress } from "../io.ts";
import { openKit, readJob } from "../open-kit.ts";
import { printJson, section, table } from "../output.ts";
import { readInput } from "../read-input.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

export const verb: Verb = {
  configure(command, run, io) {
    command
      .argument("<job>", "job file (YAML)")
      .requiredOption("--prompts <file>", "prompt variants to try (YAML, kind: PromptSearch)")
      .option("--author <name>", "who wrote the prompts (default: the user who runs this)")
      .addHelpText(
        "after",
        "\nEach variant answers validation items with the base model; the best answers the test split once." +
          "\n\nExample:\n  tunekit baseline job.yaml --prompts prompts.yaml",
      )
      .action((file: string, options: GlobalOptions & { prompts: string; author?: string }) =>
        run(async () => {
          const kit = await openKit(io, options);
          const { job, folder } = readJob(io, file);
          const path = resolve(io.cwd, options.prompts);
          const search = parseYaml(PromptSearch, readInput(path, options.prompts), options.prompts);
          const shown = progress(io, "asking the base model");
          const stored = await kit.baseline(job, {
            folder,
            search,
            author: options.author ?? kit.requester,
            onAnswer: (what, answered, total) =>
              shown.update(`${what}, ${answered} of ${total} answers`),
            signal: io.signal,
          });
          shown.done();
          if (options.json) printJson(io, { digest: stored.digest, ...stored.baseline });
          else io.out(baselineText(stored));
          return 0;
        }),
      );
  },
};

export function baselineText({ digest, baseline }: StoredBaseline): string {
  const { candidates, prompt, promptsTried, score, baseScore, testItems, metric } = baseline;
  const rows = candidates.map(({ id, score: onValidation, items }) => [
    id,
    formatPercent(onValidation, 1),
    String(items),
  ]);
  return [
    table(["prompt", "validation", "items"], rows, [1, 2]),
    section(`best prompt: ${prompt.id}`, [
      ["tried", String(promptsTried)],
      [
        "on test",
        `${formatPercent(score, 1)} ${metric} on ${testItems} items (base without a prompt: ${formatPercent(baseScore, 1)})`,
      ],
      ["baseline", digest],
    ]),
  ].join("\n\n");
}
