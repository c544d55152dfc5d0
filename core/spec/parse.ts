import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { type Problem, SpecError } from "../errors.ts";

/** Where a value came from, so that a problem can name the line. */
export interface SourceMap {
  file: string;
  /** Position of the value, or of the key itself when `key`; undefined when the path is not in the file. */
  position(
    path: readonly PropertyKey[],
    key: boolean,
  ): { line: number; column: number } | undefined;
}

/**
 * Parses a user's spec strictly: an unknown key is refused with the nearest match, a wrong value with the allowed ones,
 * and every problem is reported at once.
 * @throws SpecError
 */
export function parseSpec<T>(schema: z.ZodType<T>, value: unknown, source?: SourceMap): T {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, schema, source));
  throw new SpecError(problems as [Problem, ...Problem[]]);
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType, source?: SourceMap): Problem[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) =>
      locate(unknownKey(key, known), [...issue.path, key], true, source),
    );
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const nearest = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
    return (nearest ?? []).flatMap((inner) =>
      problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, schema, source),
    );
  }
  return [locate(describe(issue), issue.path, false, source)];
}

const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(0, ...issues.map((issue) => issue.path.length));

function unknownKey(key: string, known: readonly string[]): Omit<Problem, "path"> {
  const near = nearest(key, known);
  return {
    code: "UnknownKey",
    message: `unknown key "${key}"`,
    fix: near ? `did you mean "${near}"?` : `allowed keys: ${known.join(", ")}`,
  };
}

/** The allowed word that the user most likely meant, or undefined when none is close. */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  const folded = new Map(allowed.map((candidate) => [candidate.toLowerCase(), candidate]));
  const match = closest(word.toLowerCase(), [...folded.keys()]);
  return distance(word.toLowerCase(), match) <= Math.max(2, word.length / 3)
    ? folded.get(match)
    : undefined;
}

function describe(issue: z.core.$ZodIssue): Omit<Problem, "path"> {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? { code: "MissingKey", message: "is required", fix: `add it: ${issue.expected}` }
        : {
            code: "WrongType",
            message: `must be ${article(issue.expected)}, not ${show(issue.input)}`,
            fix: `write ${article(issue.expected)}`,
          };
    case "invalid_value": {
      const allowed = issue.values.map(String);
      const near = typeof issue.input === "string" ? nearest(issue.input, allowed) : undefined;
      if (issue.input === undefined) {
        return { code: "MissingKey", message: "is required", fix: `one of: ${allowed.join(", ")}` };
      }
      return {
        code: "WrongValue",
        message: `${show(issue.input)} is not allowed`,
        fix: `${near ? `did you mean "${near}"? ` : ""}allowed: ${allowed.join(", ")}`,
      };
    }
    case "too_small":
    case "too_big": {
      const limit = issue.code === "too_small" ? issue.minimum : issue.maximum;
      const word = issue.code === "too_small" ? "least" : "most";
      const what =
        issue.origin === "string" ? " characters" : issue.origin === "array" ? " entries" : "";
      const exclusive = issue.inclusive === false;
      const bound = exclusive
        ? `${issue.code === "too_small" ? "more" : "less"} than ${limit}`
        : `at ${word} ${limit}${what}`;
      return {
        code: issue.code === "too_small" ? "TooSmall" : "TooBig",
        message: `must be ${bound}${issue.input === undefined ? "" : `, not ${show(issue.input)}`}`,
        fix: `write a value of ${bound}`,
      };
    }
    default: {
      const custom = issue.code === "custom" ? issue.params : undefined;
      return {
        code: typeof custom?.code === "string" ? custom.code : "WrongValue",
        message: issue.message,
        fix: typeof custom?.fix === "string" ? custom.fix : "correct this value",
      };
    }
  }
}

const article = (type: string): string => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`);

function show(input: unknown): string {
  const text = JSON.stringify(input) ?? String(input);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function locate(
  problem: Omit<Problem, "path">,
  path: readonly PropertyKey[],
  key: boolean,
  source?: SourceMap,
): Problem {
  const name = path.reduce<string>(
    (text, part) =>
      typeof part === "number"
        ? `${text}[${part}]`
        : text
          ? `${text}.${String(part)}`
          : String(part),
    "",
  );
  const message = name && !key ? `${name} ${problem.message}` : problem.message;
  const position = source?.position(path, key);
  return {
    ...problem,
    message,
    ...(name ? { path: name } : {}),
    ...(source ? { file: source.file } : {}),
    ...position,
  };
}

/** The keys that the schema allows at a path; empty where it cannot be told. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let shapes = objectShapes(schema);
  for (const part of path) {
    shapes = shapes.flatMap((shape) => {
      const inner = typeof part === "number" ? undefined : shape[String(part)];
      return inner ? objectShapes(inner) : [];
    });
  }
  return [...new Set(shapes.flatMap((shape) => Object.keys(shape)))];
}

type Shape = Record<string, z.ZodType>;

function objectShapes(schema: z.ZodType): Shape[] {
  const def = schema.def as unknown as Record<string, unknown> & { type: string };
  if (def.type === "object") return [def.shape as Shape];
  if (def.type === "union") return (def.options as z.ZodType[]).flatMap(objectShapes);
  if (def.type === "array") return objectShapes(def.element as z.ZodType);
  if (def.type === "pipe") return objectShapes(def.in as z.ZodType);
  if (def.innerType) return objectShapes(def.innerType as z.ZodType);
  return [];
}
