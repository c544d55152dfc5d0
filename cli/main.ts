import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { nearest } from "../core/spec/parse.ts";
import { reportError } from "./errors.ts";
import { type Io, processIo } from "./io.ts";
import type { ExitCode } from "./verb.ts";
import { VERBS } from "./verbs/index.ts";

/** Runs one command line and returns the exit code. Never throws, never exits. */
export async function main(args: readonly string[], io: Io = processIo()): Promise<ExitCode> {
  let exit: ExitCode = 0;
  const json = args.includes("--json");
  const program = new Command("tunekit")
    .description("Decide, run, evaluate and account for LoRA and QLoRA fine-tuning.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand(false)
    .enablePositionalOptions() // so that `--version` of a verb is the verb's own
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: () => {} })
    .addHelpText(
      "after",
      "\nStart with:\n  tunekit advise\n  tunekit check examples.jsonl\n  tunekit plan job.yaml",
    );

  const wanted = args.find((arg) => !arg.startsWith("-"));
  try {
    if (wanted !== undefined && !Object.hasOwn(VERBS, wanted)) return unknownVerb(wanted, json, io);
    for (const [name, [summary, load]] of Object.entries(VERBS)) {
      const command = program.command(name).description(summary);
      if (name !== wanted) continue;
      const { verb } = await load();
      verb.configure(
        command,
        async (action) => {
          exit = await action();
        },
        io,
      );
      for (const leaf of [command, ...command.commands]) globalOptions(leaf);
    }
    if (args.length === 0) {
      io.out(program.helpInformation().trimEnd());
      return 2;
    }
    for (const command of [
      program,
      ...program.commands,
      ...program.commands.flatMap(({ commands }) => commands),
    ]) {
      command.exitOverride().configureOutput(program.configureOutput());
    }
    await program.parseAsync([...args], { from: "user" });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // help and version
    if (error instanceof CommanderError && error.code === "commander.help") {
      const verb = program.commands.find((command) => command.name() === wanted) ?? program;
      io.out(verb.helpInformation().trimEnd()); // a verb that needs a second word
      return 2;
    }
    return reportError(error, json, io);
  }
}

function globalOptions(command: Command): void {
  if (command.commands.length > 0) return;
  command
    .option("--json", "print one JSON document")
    .option("--store <folder>", "object store (default: .tunekit/store beside tunekit.yaml)")
    .option(
      "--platform <file>",
      "platform config (default: tunekit.yaml here or in a parent folder)",
    );
}

function unknownVerb(word: string, json: boolean, io: Io): ExitCode {
  const near = nearest(word, Object.keys(VERBS));
  const fix = near ? `did you mean \`tunekit ${near}\`?` : "`tunekit --help` lists the verbs";
  const error = {
    error: "UsageError",
    code: "UnknownVerb",
    message: `there is no verb "${word}"`,
    fix,
  };
  io.err(json ? JSON.stringify(error) : `error: ${error.message}\nfix: ${fix}`);
  return 2;
}

const version = (): string =>
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version as string;
