import { CommanderError } from "commander";
import pc from "picocolors";
import {
  isKitError,
  type KitError,
  type Problem,
  RunError,
  SpecError,
  StoreError,
} from "../core/errors.ts";
import { GateRefusedError } from "../sdk/gate-refused-error.ts";
import { RegistryRefusal } from "../sdk/registry/registry-refusal.ts";
import type { Io } from "./io.ts";
import { hanging } from "./output.ts";
import { decisionText } from "./plan-text.ts";
import type { ExitCode } from "./verb.ts";

/** Prints one error on standard error, with its fix, and says how the program ends. */
export function reportError(error: unknown, json: boolean, io: Io): ExitCode {
  if (io.signal.aborted) {
    const [message, fix] = ["stopped; nothing is lost", "the same command goes on from here"];
    io.err(
      json
        ? JSON.stringify({ error: "Stopped", code: "Stopped", message, fix })
        : `${message}: ${fix}`,
    );
    return 1;
  }
  if (error instanceof CommanderError) return usage(error, json, io);
  if (!isKitError(error)) return fault(error, json, io);
  io.err(json ? JSON.stringify(error.toJSON()) : errorText(error));
  return exitCode(error);
}

function exitCode(error: KitError): ExitCode {
  if (error instanceof GateRefusedError || error.code === "PromotionRefused") return 3;
  return error instanceof StoreError || error instanceof RunError ? 1 : 2;
}

function errorText(error: KitError): string {
  if (error instanceof GateRefusedError) return refusalText(error);
  if (error instanceof SpecError) return error.problems.map(problemText).join("\n");
  const more = error instanceof RegistryRefusal ? error.problems.slice(1).map(problemText) : [];
  return [told(`${error.message}${at(error)} [${error.code}]`, error.fix), ...more].join("\n");
}

/** Each reason has its own fix; where only the whole job is refused, the way on is the error's. */
const refusalText = ({ decision, fix }: GateRefusedError): string =>
  decision.admitted
    ? `${decisionText(decision)}\n${hanging(`${pc.bold("fix:")} ${fix}`, 2)}`
    : decisionText(decision);

const told = (message: string, fix: string): string =>
  [`${pc.red("error:")} ${message}`, `${pc.bold("fix:")} ${fix}`]
    .map((line) => hanging(line, 2))
    .join("\n");

const at = (error: KitError): string => (error.path ? ` (${error.path})` : "");

function problemText(problem: Problem): string {
  const place = problem.file ? `${problem.file}:${problem.line ?? 1}:${problem.column ?? 1}: ` : "";
  return [
    hanging(`${place}${pc.red("error:")} ${problem.message} [${problem.code}]`, 2),
    hanging(`  ${pc.bold("fix:")} ${problem.fix}`, 4),
  ].join("\n");
}

function usage(error: CommanderError, json: boolean, io: Io): ExitCode {
  const message = error.message.replace(/^error: /, "");
  const fix = "add --help to see the arguments and an example";
  io.err(
    json
      ? JSON.stringify({ error: "UsageError", code: "Usage", message, fix })
      : told(message, fix),
  );
  return 2;
}

/** A fault of the kit itself: say so, with the stack for whoever reports it. */
function fault(error: unknown, json: boolean, io: Io): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  const fix = "this is a fault of tunekit: please report it with the lines below";
  if (json) io.err(JSON.stringify({ error: "Fault", code: "Fault", message, fix }));
  else io.err(`${told(message, fix)}\n${error instanceof Error ? error.stack : ""}`);
  return 1;
}
