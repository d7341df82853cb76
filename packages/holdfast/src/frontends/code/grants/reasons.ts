import type { Mention } from "./mentions.ts";

/** What code does with a resource when it does anything but call one of its methods, in words for its author. */
export function reasonOf({ name, member, isMethodCall, how, around }: Mention): string {
  if (isMethodCall && member !== undefined)
    return `\`${name}.${member}()\` is no method that Holdfast knows here`;
  if (how === "read" && member !== undefined) return `\`${name}.${member}\` is taken without being called`;
  if (how === "value" && Object.hasOwn(passedOn, around)) return `\`${name}\` is ${passedOn[around]}`;
  return `\`${name}\` is used otherwise than by calling one of its methods`;
}

const passedOn: Readonly<Record<string, string>> = {
  CallExpression: "passed to a call",
  NewExpression: "passed to a call",
  TemplateLiteral: "passed to a call",
  VariableDeclarator: "given another name, or taken apart",
  AssignmentExpression: "assigned to something",
  ReturnStatement: "returned",
  ArrowFunctionExpression: "returned",
  Property: "put into an object",
  PropertyDefinition: "put into an object",
  ArrayExpression: "put into a list",
};

export const createdUnnamed = "What this call returns does not get a name of its own: `const name = …`";
export const createdByPackage = "A package declares this resource, and may do anything with it";

export function throughNamespace({ name }: Mention): string {
  return `\`${name}\` can be reached through all exports of its module (\`import * as\`, or \`import()\`)`;
}
