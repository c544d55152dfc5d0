import { isMap, isNode, isPair, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import { SpecError } from "../errors.ts";
import { parseSpec, type SourceMap } from "./parse.ts";

/**
 * Parses YAML (or JSON, its subset) against a strict schema; every problem carries file, line and column.
 * @throws SpecError
 */
export function parseYaml<T>(schema: z.ZodType<T>, text: string, file: string): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return {
        code: "YamlSyntax",
        message: error.message,
        fix: "correct the YAML here",
        file,
        line,
        column: col,
      };
    });
    throw new SpecError(problems as [(typeof problems)[number]]);
  }
  const source: SourceMap = {
    file,
    position(path, key) {
      const node = key ? keyNode(document.getIn(path.slice(0, -1), true), path.at(-1)) : undefined;
      for (let length = path.length; length >= 0; length -= 1) {
        const found =
          node ?? (length ? document.getIn(path.slice(0, length), true) : document.contents);
        if (isNode(found) && found.range) {
          const { line, col } = lines.linePos(found.range[0]);
          return { line, column: col };
        }
      }
      return undefined;
    },
  };
  return parseSpec(schema, document.toJS(), source);
}

function keyNode(parent: unknown, key: PropertyKey | undefined): Node | undefined {
  const map = isMap(parent) ? parent : undefined;
  const pair = map?.items.find(
    (item) => isPair(item) && isScalar(item.key) && item.key.value === key,
  );
  return pair && isNode(pair.key) ? pair.key : undefined;
}
