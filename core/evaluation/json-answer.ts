export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The answer as JSON exactly as served, or undefined: text around it, a fence or a missing bracket is no JSON. */
export function parseAnswer(answer: string): Json | undefined {
  try {
    return JSON.parse(answer) as Json;
  } catch {
    return undefined;
  }
}

/**
 * The first JSON object or array inside the answer, or the answer itself. Shows how much of a low score is wrapping
 * around right content; it never decides, since a program that reads the answers would fail on them.
 */
export function unwrapAnswer(answer: string): string {
  const start = answer.search(/[{[]/);
  let depth = 0;
  let inString = false;
  for (let at = start; at >= 0 && at < answer.length; at++) {
    const character = answer.charAt(at);
    if (character === "\\" && inString) at++;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === "{" || character === "[") depth++;
    else if ((character === "}" || character === "]") && --depth === 0) {
      return answer.slice(start, at + 1);
    }
  }
  return answer;
}

export const isJsonObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Same value, whatever the order of the keys and the spelling of the numbers. As deep as the shallower value. */
export function jsonEqual(a: Json, b: Json): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, i) => jsonEqual(value, b[i] as Json));
  }
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key] as Json, b[key] as Json))
    );
  }
  return a === b;
}
