/**
 * The rules of the stand-in AWS provider, read from the pinned SDK itself:
 * - which resource types, functions, properties and nested objects exist, and of what type: the `.d.ts` files;
 * - which properties are required: the constructors' own `Missing required property` checks (resources) and the
 *   absence of `?` (nested objects, functions);
 * - what the provider fills in by itself: outputs whose type has no `undefined`;
 * - accepted strings: `types/enums`, and sentences of the form "Valid values: `A`, `B`." in the documentation;
 * - replacement: only where the documentation says so. The rest is in replace-on-change.ts.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import {
  namedByProvider,
  outputsOf,
  parseDeclarations,
  propertiesOf,
} from "./read-declarations.ts";
import type { AwsRules, Properties } from "./shape.ts";

export const SDK = dirname(fileURLToPath(import.meta.resolve("@pulumi/aws/package.json")));
export const sdkVersion = (): string =>
  JSON.parse(readFileSync(join(SDK, "package.json"), "utf8")).version;

type Interfaces = Map<string, ts.InterfaceDeclaration>;

/** Every interface of a file by its name, those in a `namespace eks { … }` as `eks.Name`. */
function interfacesOf(nodes: readonly ts.Statement[], prefix = ""): Interfaces {
  const found: Interfaces = new Map();
  for (const node of nodes) {
    if (ts.isInterfaceDeclaration(node)) found.set(`${prefix}${node.name.text}`, node);
    if (ts.isModuleDeclaration(node) && node.body && ts.isModuleBlock(node.body))
      for (const [name, inner] of interfacesOf(node.body.statements, `${prefix}${node.name.text}.`))
        found.set(name, inner);
  }
  return found;
}

const parse = (file: string) => parseDeclarations(readFileSync(join(SDK, file), "utf8"));

function readObjects(): Record<string, Properties> {
  const objects: Record<string, Properties> = {};
  for (const side of ["input", "output"])
    for (const [name, declaration] of interfacesOf(parse(`types/${side}.d.ts`).statements))
      objects[`${side}s.${name}`] = propertiesOf(declaration);
  return objects;
}

function readEnums(): Record<string, string[]> {
  const enums: Record<string, string[]> = {};
  for (const file of globSync("types/enums/**/index.d.ts", { cwd: SDK })) {
    const scope = file.split(/[\\/]/).slice(2, -1).join(".");
    for (const [, name, body] of readFileSync(join(SDK, file), "utf8").matchAll(
      /export declare const (\w+): \{([^}]*)\}/g,
    ))
      enums[["enums", scope, name].filter(Boolean).join(".")] = [
        ...(body as string).matchAll(/: "([^"]*)"/g),
      ].map((match) => match[1] as string);
  }
  return enums;
}

const TOKEN = /__pulumiType = '(aws:[^']+)'/;
const REQUIRED = /Missing required property '(\w+)'/g;
const INVOKE = /runtime\.invoke\("(aws:[^"]+)"/;

/** Reads all of the SDK: about 2,700 files, some seconds. */
export function readSdk(): AwsRules {
  const rules: AwsRules = {
    version: sdkVersion(),
    resources: {},
    functions: {},
    objects: readObjects(),
    enums: readEnums(),
  };
  for (const file of globSync("**/*.d.ts", { cwd: SDK, exclude: (name) => name === "types" })) {
    const script = readFileSync(join(SDK, file.replace(/\.d\.ts$/, ".js")), "utf8");
    const token = TOKEN.exec(script)?.[1];
    const invoked = INVOKE.exec(script)?.[1];
    if (token) readResource(rules, token, parse(file), script);
    else if (invoked) readFunction(rules, invoked, parse(file));
  }
  return rules;
}

function readResource(rules: AwsRules, token: string, file: ts.SourceFile, script: string) {
  const name = token.split(":").at(-1) as string;
  const declaration = file.statements.find(
    (node) => ts.isClassDeclaration(node) && node.name?.text === name,
  ) as ts.ClassDeclaration | undefined;
  const args = interfacesOf(file.statements).get(`${name}Args`);
  if (!declaration || !args) throw new Error(`${token}: its class or its Args were not found`);
  const inputs = propertiesOf(args);
  const required = new Set([...script.matchAll(REQUIRED)].map((match) => match[1] as string));
  for (const [property, rule] of Object.entries(inputs))
    if (!!rule.required !== required.has(property))
      throw new Error(`${token}: its types and its constructor disagree on ${property}`);
  const outputs = outputsOf(declaration);
  const generated = [...namedByProvider(args), "name"].find(
    (property) => inputs[property] && !inputs[property].required && outputs[property]?.always,
  );
  rules.resources[token] = { inputs, outputs, ...(generated && { named: generated }) };
}

function readFunction(rules: AwsRules, token: string, file: ts.SourceFile) {
  const name = token.split(":").at(-1) as string;
  const own = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const interfaces = interfacesOf(file.statements);
  const [args, result] = [interfaces.get(`${own}Args`), interfaces.get(`${own}Result`)];
  rules.functions[token] = {
    inputs: args ? propertiesOf(args) : {},
    result: result ? outputsOf(result) : {},
  };
}
