import * as pulumi from "@pulumi/pulumi";
import { SpecError } from "../core/errors.ts";
import { stackConfigOf } from "../core/platform/read-stack-config.ts";
import type { StackConfig } from "../core/platform/stack-config.ts";

/**
 * The settings of the stack that is being deployed, from `Pulumi.<stack>.yaml`; core/platform/stack-config.ts documents
 * every key.
 * @throws RunError with every problem at once, each with its key and its fix
 */
export function readConfig(): StackConfig {
  try {
    return stackConfigOf(
      Object.fromEntries(
        Object.entries(pulumi.runtime.allConfig()).map(([key, text]) => [key, readValue(text)]),
      ),
    );
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    const problems = error.problems.map(({ message, fix }) => `${message}\n  fix: ${fix}`);
    throw new pulumi.RunError(`the settings of this stack cannot be used\n${problems.join("\n")}`);
  }
}

/** Pulumi hands over lists and maps as JSON, and all else as text. */
const readValue = (text: string): unknown => (/^\s*[[{]/.test(text) ? JSON.parse(text) : text);
