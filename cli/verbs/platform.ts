import { priceBookOf } from "../../core/catalog/price-book.ts";
import { platformCost } from "../../core/platform/platform-cost.ts";
import { policyPackConfig } from "../../core/platform/policy-pack-config.ts";
import { printJson } from "../output.ts";
import { platformCostText } from "../platform-cost-text.ts";
import { readStackFile } from "../read-stack-file.ts";
import type { GlobalOptions, Verb } from "../verb.ts";

export const verb: Verb = {
  configure(command, run, io) {
    command
      .command("cost")
      .description("what a stack costs in a month at zero jobs, and each pool at its limit")
      .requiredOption("--stack <name>", "stack, as in stacks/Pulumi.<name>.yaml")
      .addHelpText("after", "\nExample:\n  tunekit platform cost --stack dev --json")
      .action(({ stack, json }: GlobalOptions & { stack: string }) =>
        run(async () => {
          const config = readStackFile(io.cwd, stack);
          const cost = platformCost(config, priceBookOf(config.platform), io.now().toISOString());
          if (json) printJson(io, { stack, ...cost });
          else io.out(platformCostText(stack, cost));
          return 0;
        }),
      );
    command
      .command("policy")
      .description("what the policy pack must be told of a stack, for --policy-pack-config")
      .requiredOption("--stack <name>", "stack, as in stacks/Pulumi.<name>.yaml")
      .addHelpText("after", "\nExample:\n  tunekit platform policy --stack dev > policy.json")
      .action(({ stack }: { stack: string }) =>
        run(async () => {
          printJson(io, policyPackConfig(readStackFile(io.cwd, stack)));
          return 0;
        }),
      );
  },
};
