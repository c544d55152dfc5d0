import {
  type Document,
  type ErrorCode,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import type { z } from "zod";
import { type Problem, SpecError } from "../errors.ts";
import { parseSpec } from "./parse.ts";

/** One mistake in YAML makes the lines after it look wrong too. */
const SHOWN_ERRORS = 3;

/**
 * Parses YAML (or JSON, its subset) against a strict schema; every problem carries file, line and column.
 * @throws SpecError
 */
export function parseYaml<T>(schema: z.ZodType<T>, text: string, file: string): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    const problems: Problem[] = document.errors.slice(0, SHOWN_ERRORS).map((error) => ({
      ...syntaxProblem(error),
      file,
      ...at(error.pos[0]),
    }));
    const [hidden] = document.errors.slice(SHOWN_ERRORS);
    if (hidden) {
      const more = document.errors.length - SHOWN_ERRORS;
      problems.push({
        code: "YamlSyntax",
        message: more === 1 ? "1 more problem from here on" : `${more} more problems from here on`,
        fix: "mend the first ones, or check that this is the file you meant",
        file,
        ...at(hidden.pos[0]),
      });
    }
    throw new SpecError(problems as [Problem, ...Problem[]]);
  }
  if (document.contents === null) {
    throw new SpecError([
      {
        code: "EmptyFile",
        message: "the file is empty",
        fix: "`tunekit init` writes files to start from",
        file,
        ...at(0),
      },
    ]);
  }
  return parseSpec(schema, plainValue(document, file, at), {
    file,
    position: (path, part) => at(placeOf(document, path, part)?.range?.[0] ?? 0),
  });
}

function plainValue(
  document: Document.Parsed,
  file: string,
  at: (offset: number) => { line: number; column: number },
): unknown {
  try {
    return document.toJS();
  } catch {
    let offset = 0;
    visit(document, {
      Alias(_, alias) {
        if (alias.resolve(document)) return undefined;
        offset = alias.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    throw new SpecError([
      {
        code: "YamlSyntax",
        message: "an alias (*name) has no anchor (&name) before it, or aliases are nested too deep",
        fix: "write the value itself",
        file,
        ...at(offset),
      },
    ]);
  }
}

type Syntax = readonly [code: string, message: string, fix: string];

/** The mistakes that people make most, in plain words; every other one keeps the words of the YAML library. */
const SYNTAX: Partial<Record<ErrorCode, Syntax>> = {
  DUPLICATE_KEY: ["DuplicateKey", "this key stands here a second time", "keep one of the two"],
  TAB_AS_INDENT: ["YamlSyntax", "a tab cannot indent a line", "indent with spaces"],
  MULTIPLE_DOCS: [
    "YamlSyntax",
    "a second document starts here",
    'keep one document: remove "---" and what follows it',
  ],
  MULTILINE_IMPLICIT_KEY: [
    "YamlSyntax",
    "this line is no key with a value",
    'write "key: value", with a space after the colon',
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    "YamlSyntax",
    'a value that holds ": " needs quotes',
    "put the value in quotes",
  ],
  MISSING_CHAR: [
    "YamlSyntax",
    "a quote or a bracket is not closed before here",
    "close the quote or the bracket",
  ],
};

function syntaxProblem(error: YAMLError): Pick<Problem, "code" | "message" | "fix"> {
  const [code, message, fix] = SYNTAX[error.code] ?? [
    "YamlSyntax",
    error.message,
    "correct the YAML here",
  ];
  return { code, message, fix };
}

/** The node to point at: the value or key at a path; for what is not there its parent: the list item, or the map's key. */
function placeOf(
  document: Document.Parsed,
  path: readonly PropertyKey[],
  part: "key" | "value",
): Node | undefined {
  const value = path.length > 0 ? document.getIn(path, true) : document.contents;
  if (part === "value" && isNode(value)) return value;
  const last = path.at(-1);
  if (last === undefined) return undefined;
  const parent = path.slice(0, -1);
  return keyNode(document, parent, last) ?? placeOf(document, parent, partOf(parent));
}

const partOf = (path: readonly PropertyKey[]) =>
  typeof path.at(-1) === "string" ? "key" : "value";

function keyNode(
  document: Document.Parsed,
  parent: readonly PropertyKey[],
  key: PropertyKey,
): Node | undefined {
  const map = parent.length > 0 ? document.getIn(parent, true) : document.contents;
  const pair = isMap(map)
    ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined;
  return isNode(pair?.key) ? pair.key : undefined;
}
