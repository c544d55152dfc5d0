import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { type Problem, SpecError } from "../errors.ts";
import { keysOf, schemasAt, wanted, wantedInFull } from "./schema-words.ts";

/** Where a value came from, so that a problem can name the line. */
export interface SourceMap {
  file: string;
  /** Position of a value, or of its key; for a key that is not there, the position of its parent. */
  position(path: readonly PropertyKey[], part: "key" | "value"): { line: number; column: number };
}

/**
 * Parses a user's spec strictly: an unknown key is refused with the nearest match, a wrong value with the allowed ones,
 * and every problem is reported at once, in the order of the file.
 * @throws SpecError
 */
export function parseSpec<T>(schema: z.ZodType<T>, value: unknown, source?: SourceMap): T {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const other = otherKind(parsed.error.issues);
  const problems = (other ? [other] : problemsOf(parsed.error.issues, schema))
    .map((fault) => locate(fault, source))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  throw new SpecError(problems as [Problem, ...Problem[]]);
}

/** A document of another kind is one mistake, not everything in which the two kinds differ. */
function otherKind(issues: readonly Issue[]): Fault | undefined {
  for (const issue of issues) {
    if (issue.code !== "invalid_value" || name(issue.path) !== "kind") continue;
    const [wanted] = issue.values;
    const { input } = issue;
    if (typeof wanted !== "string" || typeof input !== "string") continue;
    if (nearest(input, [wanted])) continue; // misspelt, so the rest is worth telling
    return {
      path: issue.path,
      code: "WrongKind",
      message: `this is a ${input}, not a ${wanted}`,
      fix: `name a file that begins with "kind: ${wanted}"`,
    };
  }
  return undefined;
}

/** A problem before it has a place in a file. */
interface Fault {
  path: readonly PropertyKey[];
  code: string;
  message: string;
  fix: string;
  /** For an unknown key: the key that was probably meant. */
  meant?: string;
}

type Issue = z.core.$ZodIssue;

function problemsOf(issues: readonly Issue[], schema: z.core.$ZodType): Fault[] {
  const faults = issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => unknownKey(key, issue.path, schema));
    }
    if (issue.code === "invalid_union" && issue.input !== undefined && issue.input !== null) {
      return unionFaults(issue, schema);
    }
    return [{ path: issue.path, ...describe(issue, schema) }];
  });
  // A misspelt key is one mistake, not an unknown key and a missing one.
  const misspelt = new Set(
    faults.flatMap(({ path, meant }) => (meant ? [name([...path.slice(0, -1), meant])] : [])),
  );
  return faults.filter(({ code, path }) => code !== "MissingKey" || !misspelt.has(name(path)));
}

function unknownKey(key: string, parent: readonly PropertyKey[], schema: z.core.$ZodType): Fault {
  const known = keysOf(schemasAt(schema, parent));
  const place = parent.length > 0 ? ` in ${name(parent)}` : "";
  const path = [...parent, key];
  if (known.includes(key)) {
    return {
      path,
      code: "ConflictingKeys",
      message: `"${key}" cannot stand beside the other keys${place}`,
      fix: `keep one of: ${known.join(", ")}`,
    };
  }
  const near = nearest(key, known);
  return {
    path,
    code: "UnknownKey",
    message: `unknown key "${key}"${place}`,
    fix: near ? `did you mean "${near}"?` : `allowed keys: ${known.join(", ")}`,
    ...(near ? { meant: near } : {}),
  };
}

/** Reports the option of a union that the user most likely meant; when none has the right type, what all of them want. */
function unionFaults(issue: z.core.$ZodIssueInvalidUnion, schema: z.core.$ZodType): Fault[] {
  const options = issue.errors
    .filter((issues) => !issues.some(isWrongType))
    .map((issues) =>
      problemsOf(
        issues.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
        schema,
      ),
    )
    .sort((a, b) => a.length - b.length);
  const [best] = options;
  if (!best) return [{ path: issue.path, ...wrongType(issue, schema) }];
  if (options.every(([only, ...more]) => only?.code === "MissingKey" && more.length === 0)) {
    const keys = options.map(([only]) => `"${String(only?.path.at(-1))}"`).join(" or ");
    return [
      {
        path: issue.path,
        code: "MissingKey",
        message: `needs ${keys}`,
        fix: `add ${keys}`,
      },
    ];
  }
  return best;
}

const isWrongType = (issue: Issue): boolean =>
  issue.path.length === 0 &&
  (issue.code === "invalid_union"
    ? issue.errors.every((issues) => issues.some(isWrongType))
    : issue.code === "invalid_type" || issue.code === "invalid_value");

/** The allowed word that the user most likely meant: the only one that begins so, or one a few letters away. */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  const folded = new Map(allowed.map((candidate) => [candidate.toLowerCase(), candidate]));
  const longer = [...folded.keys()].filter((candidate) => candidate.startsWith(typed));
  if (longer.length === 1 && typed.length >= 3) return folded.get(longer[0] as string);
  if (allowed.length === 0) return undefined;
  const match = closest(typed, [...folded.keys()]);
  return distance(typed, match) <= Math.max(2, typed.length / 3) ? folded.get(match) : undefined;
}

type Description = Pick<Fault, "code" | "message" | "fix">;

function describe(issue: Issue, schema: z.core.$ZodType): Description {
  const expected = expectation(issue, schema);
  const isAbsence = ["invalid_type", "invalid_value", "invalid_union"].includes(issue.code);
  if (isAbsence && issue.input === undefined) {
    const key = String(issue.path.at(-1));
    return { code: "MissingKey", message: "is missing", fix: `add "${key}": ${expected}` };
  }
  if (isAbsence && issue.input === null) {
    return { code: "MissingValue", message: "is empty", fix: `write ${expected}` };
  }
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue, schema);
    case "invalid_value": {
      const allowed = issue.values.map(String);
      const words = issue.values.filter((value) => typeof value === "string");
      const near = typeof issue.input === "string" ? nearest(issue.input, words) : undefined;
      return {
        code: "WrongValue",
        message: `cannot be ${show(issue.input)}`,
        fix: `${near ? `did you mean "${near}"? ` : ""}allowed: ${allowed.join(", ")}`,
      };
    }
    case "too_small":
    case "too_big":
      return outOfBounds(issue);
    case "custom":
      return {
        code: String(issue.params?.code ?? "WrongValue"),
        message: issue.message,
        fix: String(issue.params?.fix ?? `write ${expected}`),
      };
    default:
      return {
        code: "WrongValue",
        message: `must be ${expected}, not ${show(issue.input)}`,
        fix: `write ${expected}`,
      };
  }
}

function wrongType(issue: Issue, schema: z.core.$ZodType): Description {
  const message = `must be ${wanted(schemasAt(schema, issue.path))}, not ${show(issue.input)}`;
  const textNeeded = issue.code === "invalid_type" && issue.expected === "string";
  const isScalar = typeof issue.input === "number" || typeof issue.input === "boolean";
  const fix = textNeeded && isScalar ? "put it in quotes" : `write ${expectation(issue, schema)}`;
  return { code: "WrongType", message, fix };
}

const expectation = (issue: Issue, schema: z.core.$ZodType): string =>
  wantedInFull(schemasAt(schema, issue.path));

function outOfBounds(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): Description {
  const small = issue.code === "too_small";
  const code = small ? "TooSmall" : "TooBig";
  const limit = Number(small ? issue.minimum : issue.maximum);
  const bound = `${small ? "at least" : "at most"} ${limit}`;
  if (issue.origin === "string" || issue.origin === "array") {
    const unit = issue.origin === "string" ? "character" : issue.exact ? "entries" : "entry";
    const units = limit === 1 ? unit : unit === "entry" ? "entries" : `${unit}s`;
    const message = small && limit === 1 ? "must not be empty" : `must have ${bound} ${units}`;
    return { code, message, fix: `write ${bound} ${units}` };
  }
  const range = issue.inclusive === false ? `${small ? "greater" : "less"} than ${limit}` : bound;
  return {
    code,
    message: `must be ${range}, not ${show(issue.input)}`,
    fix: `write a number that is ${range}`,
  };
}

/** A value as it may stand in a message. */
function show(input: unknown): string {
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object" && input !== null) return "a map";
  const text = typeof input === "string" ? JSON.stringify(input) : String(input);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function locate({ path, code, message, fix }: Fault, source?: SourceMap): Problem {
  const where = name(path);
  const isKey = code === "UnknownKey" || code === "ConflictingKeys";
  const isWhole = isKey || code === "WrongKind";
  const full = isWhole ? message : `${where || "the document"} ${message}`;
  return {
    code,
    message: full,
    fix,
    ...(where ? { path: where } : {}),
    ...(source ? { file: source.file, ...source.position(path, isKey ? "key" : "value") } : {}),
  };
}

/** `owned[0].capitalUsd`; empty for the document itself. */
const name = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === "number"
        ? `${text}[${part}]`
        : text
          ? `${text}.${String(part)}`
          : String(part),
    "",
  );
