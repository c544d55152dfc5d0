import { z } from "zod";

/** What a schema expects, in words for a message. Defaults, options and transforms are looked through. */

type Schema = z.core.$ZodType;

/** The schemas that may stand at a path of a document; none where it cannot be told. */
export function schemasAt(schema: Schema, path: readonly PropertyKey[]): Schema[] {
  return path.reduce<Schema[]>(
    (found, part) => found.flatMap((one) => inside(one, part)),
    alternatives(schema),
  );
}

function inside(schema: Schema, part: PropertyKey): Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object": {
      const inner = def.shape[String(part)];
      return inner ? alternatives(inner) : [];
    }
    case "array":
      return alternatives(def.element);
    case "record":
      return alternatives(def.valueType);
    default:
      return [];
  }
}

/** The options of a union, the schema itself otherwise. A schema with a description of its own speaks for its parts. */
function alternatives(schema: Schema): Schema[] {
  if (description(schema)) return [schema];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "union":
      return def.options.flatMap(alternatives);
    case "pipe":
      return alternatives(def.in);
    case "default":
    case "prefault":
    case "optional":
    case "nullable":
      return alternatives(def.innerType);
    default:
      return [schema];
  }
}

const description = (schema: Schema): string | undefined =>
  z.globalRegistry.get(schema)?.description;

/** The keys of every map among the schemas. */
export const keysOf = (schemas: readonly Schema[]): string[] => [
  ...new Set(
    schemas.flatMap((schema) => {
      const { def } = (schema as z.core.$ZodTypes)._zod;
      return def.type === "object" ? Object.keys(def.shape) : [];
    }),
  ),
];

/** In short: `a whole number` · `text or a list` · `one of lora, qlora` · `a map`. */
export const wanted = (schemas: readonly Schema[]): string => joined(schemas.map(word));

/** The same with what a map must hold: `a map with model, revision`. */
export const wantedInFull = (schemas: readonly Schema[]): string =>
  joined(
    schemas.map((schema) => {
      const keys = requiredKeys(schema);
      return keys.length > 0 ? `${word(schema)} with ${keys.join(", ")}` : word(schema);
    }),
  );

const joined = (words: readonly string[]): string => [...new Set(words)].join(" or ");

function requiredKeys(schema: Schema): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type !== "object") return [];
  return Object.entries(def.shape)
    .filter(([, value]) => !z.safeParse(value, undefined).success)
    .map(([key]) => key);
}

function word(schema: Schema): string {
  const own = description(schema);
  if (own) return own;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "string":
      return "text";
    case "number":
      return isWhole(def) ? "a whole number" : "a number";
    case "boolean":
      return "true or false";
    case "array":
      return "a list";
    case "object":
    case "record":
      return "a map";
    case "literal":
      return oneOf(def.values);
    case "enum":
      return oneOf(Object.values(def.entries));
    default:
      return `a value of type ${def.type}`;
  }
}

const isWhole = (def: z.core.$ZodNumberDef): boolean =>
  (def.checks ?? []).some(({ _zod }) => _zod.def.check === "number_format");

/** A single text stands in quotes, a number or `true` as it is written. */
const oneOf = (values: readonly unknown[]): string =>
  values.length > 1
    ? `one of ${values.join(", ")}`
    : typeof values[0] === "string"
      ? `"${values[0]}"`
      : String(values[0]);
