import { resolve } from "node:path";
import pc from "picocolors";
import { PartialAdviceAnswers } from "../../core/spec/advice-answers.ts";
import { parseYaml } from "../../core/spec/yaml.ts";
import { type Advice, advise } from "../../policies/advice.ts";
import { openProject } from "../../sdk/project.ts";
import { completeAnswers, QUESTIONS, readAnswers } from "../advice-questions.ts";
import { askAdvice } from "../ask-advice.ts";
import type { Io } from "../io.ts";
import { printJson } from "../output.ts";
import { readInput } from "../read-input.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

interface Options extends GlobalOptions, Readonly<Record<string, unknown>> {
  answers?: string;
}

export const verb: Verb = {
  configure(command, run, io) {
    for (const { flag, value, ask, hint } of QUESTIONS) {
      if (value) command.option(`--${flag} <${value}>`, `${ask} (${hint})`);
      else command.option(`--${flag}`, ask).option(`--no-${flag}`, "the opposite");
    }
    command
      .option("--answers <file>", "the answers as YAML or JSON; a flag wins over the file")
      .addHelpText(
        "after",
        "\nAsks on a terminal what is not answered yet. Exit 0 whatever the answer is.\n\nExample:\n" +
          "  tunekit advise --need style-or-format --requests-per-month 20000 --value 0.05 --changes-per-year 1 \\\n" +
          "    --test-set --prompts-tried 5 --few-shot-tried --good-examples 800 --audited-correct 0.97",
      )
      .action((options: Options) =>
        run(async () => {
          const answers = { ...fromFile(io, options.answers), ...fromFlags(options) };
          const asked =
            io.canAsk && !options.json ? await askAdvice(answers, { signal: io.signal }) : answers;
          if (asked === undefined) {
            io.err("stopped: no answer, no advice");
            return 1;
          }
          const { platform } = openProject({ cwd: io.cwd, ...platformOf(options) });
          const complete = completeAnswers(asked);
          const advice = advise(complete, platform.policy);
          if (options.json) printJson(io, { answers: complete, ...advice });
          else io.out(adviceText(advice));
          return 0;
        }),
      );
  },
};

const platformOf = ({ platform }: GlobalOptions) => (platform === undefined ? {} : { platform });

function fromFile(io: Io, file: string | undefined): PartialAdviceAnswers {
  if (file === undefined) return {};
  return parseYaml(PartialAdviceAnswers, readInput(resolve(io.cwd, file), file), file);
}

function fromFlags(options: Options): PartialAdviceAnswers {
  const flags = QUESTIONS.map(({ key, flag }) => [key, options[camelCase(flag)]] as const);
  return readAnswers(Object.fromEntries(flags.filter(([, value]) => value !== undefined)));
}

/** The name that commander gives a flag: `few-shot-tried` becomes `fewShotTried`. */
const camelCase = (flag: string): string =>
  flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const MARKS: Record<Advice["reasons"][number]["effect"], string> = {
  no: pc.red("no"),
  "not-yet": pc.yellow("not yet"),
  caution: pc.yellow("caution"),
  good: pc.green("good"),
};

function adviceText({ summary, reasons, nextSteps }: Advice): string {
  const why = reasons.map(
    ({ effect, message, code }) => `  ${MARKS[effect]}: ${message} [${code}]`,
  );
  const next = nextSteps.map(
    ({ what, command }, index) =>
      `  ${index + 1}. ${what}${command ? `\n     ${pc.cyan(command)}` : ""}`,
  );
  return [pc.bold(summary), "", "Why", ...why, "", "What to do next", ...next].join("\n");
}
