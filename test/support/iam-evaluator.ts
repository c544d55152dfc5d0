import type { PolicyDocument } from "../../components/registry-policies.ts";

/**
 * How IAM decides within one account, as far as the project's policies go: an explicit deny anywhere wins, else an allow
 * anywhere, else no (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html). An operator that
 * it does not know is an error, never a guess. It was held against @cloud-copilot/iam-simulate 0.1.173 on every request
 * of the tests.
 */
export interface IamRequest {
  action: string;
  resource: string;
  /** Condition keys in lower case; a key that is missing is absent from the request. */
  context: Readonly<Record<string, string>>;
}

export type IamAnswer = "allowed" | "denied" | "not allowed";

interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | readonly string[];
  Resource: string | readonly string[];
  Condition?: Record<string, Record<string, string | readonly string[]>>;
}

export function decideAccess(policies: readonly PolicyDocument[], request: IamRequest): IamAnswer {
  const statements = policies.flatMap(({ Statement }) => Statement as unknown as Statement[]);
  const matching = statements.filter((statement) => applies(statement, request));
  if (matching.some(({ Effect }) => Effect === "Deny")) return "denied";
  return matching.some(({ Effect }) => Effect === "Allow") ? "allowed" : "not allowed";
}

function applies({ Action, Condition = {}, Resource }: Statement, request: IamRequest): boolean {
  return (
    [Action].flat().some((pattern) => like(pattern as string, request.action)) &&
    [Resource].flat().some((pattern) => {
      const filled = fill(pattern as string, request.context);
      return filled !== undefined && like(filled, request.resource);
    }) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) =>
        holds(operator, request.context[key.toLowerCase()], [wanted].flat() as string[], request),
      ),
    )
  );
}

function holds(
  operator: string,
  value: string | undefined,
  wanted: readonly string[],
  { context }: IamRequest,
): boolean {
  if (operator === "Null") return (value === undefined) === (wanted[0] === "true");
  const known = OPERATORS[operator.replace(/IfExists$/, "")];
  if (!known) throw new Error(`unknown operator ${operator}`);
  if (value === undefined) return operator.endsWith("IfExists") || known.negated;
  const matched = wanted.some((each) => {
    const filled = fill(each, context);
    return filled !== undefined && known.matches(filled, value);
  });
  return known.negated ? !matched : matched;
}

const OPERATORS: Record<
  string,
  { negated: boolean; matches: (wanted: string, value: string) => boolean }
> = {
  StringEquals: { negated: false, matches: (wanted, value) => wanted === value },
  StringNotEquals: { negated: true, matches: (wanted, value) => wanted === value },
  StringLike: { negated: false, matches: (wanted, value) => like(wanted, value) },
  ArnNotEquals: { negated: true, matches: (wanted, value) => like(wanted, value) },
  Bool: { negated: false, matches: (wanted, value) => wanted === value },
  NumericLessThan: { negated: false, matches: (wanted, value) => Number(value) < Number(wanted) },
};

/** Fills in `${aws:PrincipalTag/…}`; undefined when the request has no such key, and then nothing matches. */
function fill(pattern: string, context: Readonly<Record<string, string>>): string | undefined {
  let missing = false;
  const filled = pattern.replaceAll(/\$\{([^}]+)\}/g, (_, key: string) => {
    const value = context[key.toLowerCase()];
    if (value === undefined) missing = true;
    return value ?? "";
  });
  return missing ? undefined : filled;
}

function like(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${source.replaceAll("?", ".")}$`, "s").test(text);
}
