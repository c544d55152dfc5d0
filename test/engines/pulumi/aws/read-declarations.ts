import ts from "typescript";
import type { Output, Properties, Property, Shape } from "./shape.ts";

/** A `.d.ts` file, parsed and not type-checked: the SDK's declarations are generated and say everything in place. */
export const parseDeclarations = (text: string): ts.SourceFile =>
  ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.Latest, false);

const WRAPPERS = ["Input", "Output", "Promise"];
const PRIMITIVES = new Map<ts.SyntaxKind, Shape>([
  [ts.SyntaxKind.StringKeyword, "string"],
  [ts.SyntaxKind.NumberKeyword, "number"],
  [ts.SyntaxKind.BooleanKeyword, "boolean"],
  [ts.SyntaxKind.AnyKeyword, "any"],
]);

const nameOf = (name: ts.EntityName): string =>
  ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`;

const isUndefined = (type: ts.TypeNode) => type.kind === ts.SyntaxKind.UndefinedKeyword;

/** `pulumi.Input<T>` and its like: what is inside; any other type as it is. */
function unwrap(type: ts.TypeNode): ts.TypeNode {
  if (!ts.isTypeReferenceNode(type) || type.typeArguments?.length !== 1) return type;
  const name = nameOf(type.typeName).split(".").at(-1) as string;
  return WRAPPERS.includes(name) ? unwrap(type.typeArguments[0] as ts.TypeNode) : type;
}

export function shapeOf(wrapped: ts.TypeNode): Shape {
  const type = unwrap(wrapped);
  const primitive = PRIMITIVES.get(type.kind);
  if (primitive) return primitive;
  if (ts.isArrayTypeNode(type)) return { array: shapeOf(type.elementType) };
  if (ts.isParenthesizedTypeNode(type)) return shapeOf(type.type);
  if (ts.isUnionTypeNode(type)) return unionOf(type.types.filter((part) => !isUndefined(part)));
  if (ts.isTypeLiteralNode(type)) {
    const index = type.members.find(ts.isIndexSignatureDeclaration);
    if (index) return { map: shapeOf(index.type) };
  }
  if (ts.isTypeReferenceNode(type)) return referenceOf(nameOf(type.typeName));
  throw new Error(`no shape for the type ${ts.SyntaxKind[type.kind]}`);
}

function unionOf(parts: ts.TypeNode[]): Shape {
  const shapes = parts.map(shapeOf);
  // `string | enums.X`: the list is what the SDK knows. `string | Role`: a resource stands for its id.
  const list = shapes.find((shape) => typeof shape === "object" && "enum" in shape);
  if (list) return list;
  const different = [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()];
  return different.length === 1 ? (different[0] as Shape) : { anyOf: different };
}

function referenceOf(name: string): Shape {
  if (/^(inputs|outputs)\./.test(name)) return { object: name };
  if (name.startsWith("enums.")) return { enum: name };
  if (/\basset\.(Asset|Archive)$/.test(name)) return "any";
  return "string"; // ARN, ID, or another resource of the SDK, which the engine turns into its id
}

/** The text of the comment right above a declaration; empty where there is none. */
function commentOf(node: ts.Node): string {
  const docs = (node as { jsDoc?: ts.JSDoc[] }).jsDoc ?? [];
  return docs.map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? "").join("\n");
}

/** "Valid values: `A`, `B` and `C`." as a list; undefined unless the whole sentence is such a list. */
export function valuesIn(comment: string): string[] | undefined {
  const list =
    /\b(?:Valid|Allowed) values(?::| are:?| include:?)\s+((?:`[^`\s]+`(?:,? (?:and|or) |, )?)+)(?:\.|\n|$)/i.exec(
      comment,
    )?.[1];
  const values = list?.match(/`[^`]+`/g)?.map((quoted) => quoted.slice(1, -1).replaceAll('"', ""));
  return values && values.length > 1 ? values : undefined;
}

const REPLACES =
  /forces (?:a )?(?:new resource|replacement)|(?:changing|modifying) (?:this|it)(?: value| attribute)?,? (?:will )?(?:forces?|creates?|recreates?|requires?)\b|force a new (?:cluster|resource)/i;

const memberName = (member: ts.PropertySignature | ts.PropertyDeclaration): string =>
  ts.isIdentifier(member.name) || ts.isStringLiteral(member.name)
    ? member.name.text
    : member.name.getText();

export function propertiesOf(declaration: ts.InterfaceDeclaration): Properties {
  return Object.fromEntries(
    declaration.members.filter(ts.isPropertySignature).map((member) => {
      const comment = commentOf(member);
      const property: Property = { shape: shapeOf(member.type as ts.TypeNode) };
      const values = property.shape === "string" ? valuesIn(comment) : undefined;
      if (!member.questionToken) property.required = true;
      if (values) property.values = values;
      if (REPLACES.test(comment)) property.replaces = true;
      return [memberName(member), property];
    }),
  );
}

const mayBeUndefined = (type: ts.TypeNode): boolean =>
  ts.isUnionTypeNode(type) && type.types.some(isUndefined);

export function outputsOf(
  declaration: ts.InterfaceDeclaration | ts.ClassDeclaration,
): Record<string, Output> {
  const members = [...declaration.members].filter(
    (member): member is ts.PropertySignature | ts.PropertyDeclaration =>
      (ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) && !!member.type,
  );
  return Object.fromEntries(
    members.map((member) => {
      const type = unwrap(member.type as ts.TypeNode);
      const always = !member.questionToken && !mayBeUndefined(type);
      return [memberName(member), { shape: shapeOf(type), ...(always && { always }) }];
    }),
  );
}

/** Properties that the SDK's documentation says get a random name when left out. */
export const namedByProvider = (declaration: ts.InterfaceDeclaration): string[] =>
  declaration.members
    .filter(ts.isPropertySignature)
    .filter((member) =>
      /assign a random,? unique name|will be (?:auto-?)?generated/i.test(commentOf(member)),
    )
    .map(memberName);
