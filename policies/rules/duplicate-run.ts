import { shortDigest } from "../../core/digest.ts";
import { judge } from "../judgement.ts";
import type { Rule } from "./rule.ts";

/** The same job on the same data gives the same adapter: it is there already. */
export const duplicateRun: Rule = ({ facts }) => {
  const { duplicateOf } = facts;
  if (duplicateOf === null) return [];
  const { runId, adapterVersion } = duplicateOf;
  return [
    judge("DuplicateRun", "reject", {
      message: `Run ${runId} was the same job${adapterVersion === null ? "" : ` and made adapter version ${shortDigest(adapterVersion)}`}.`,
      fix:
        adapterVersion === null
          ? `look at run ${runId}, or change the job`
          : `use \`tunekit adapters show ${facts.job.name}\`, or change the job`,
    }),
  ];
};
