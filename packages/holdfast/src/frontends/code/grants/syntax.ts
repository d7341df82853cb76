import type { AnyNode, CallExpression, Expression, FunctionDeclaration, Pattern } from "acorn";
import type {
  ArrowFunctionExpression,
  FunctionExpression,
  NewExpression,
  TaggedTemplateExpression,
} from "acorn";

export type FunctionNode = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;
export type CallLike = CallExpression | NewExpression | TaggedTemplateExpression;

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression"
  );
}

export function forEachChild(node: AnyNode, visit: (child: AnyNode, key: string) => void): void {
  for (const key in node) {
    const value: unknown = node[key as keyof AnyNode];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item, key);
    } else if (isNode(value)) visit(value, key);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** A call of a function by its name: esbuild's helpers are such. */
export function isCallOf(node: AnyNode | null | undefined, ...names: string[]): node is CallExpression {
  return (
    node?.type === "CallExpression" && node.callee.type === "Identifier" && names.includes(node.callee.name)
  );
}

/** What esbuild's `__name(value, "name")` stands for (`keepNames`), and what is awaited. */
export function unwrap(node: Expression): Expression;
export function unwrap(node: AnyNode): AnyNode;
export function unwrap(node: AnyNode): AnyNode {
  if (node.type === "AwaitExpression") return unwrap(node.argument);
  const [named] = isCallOf(node, "__name") ? node.arguments : [];
  return named === undefined ? node : unwrap(named);
}

/** `name` of `object.name` and of `object["name"]`. */
export function propertyName(node: AnyNode): string | undefined {
  if (node.type !== "MemberExpression") return undefined;
  const { property, computed } = node;
  if (property.type === "Literal" && typeof property.value === "string") return property.value;
  return property.type === "Identifier" && !computed ? property.name : undefined;
}

/** `app` of `app.http.get`; undefined when something else than a name is at the bottom. */
export function rootName(node: AnyNode): string | undefined {
  let root = node;
  while (root.type === "MemberExpression" || root.type === "ChainExpression") {
    root = root.type === "MemberExpression" ? root.object : root.expression;
  }
  return root.type === "Identifier" ? root.name : undefined;
}

/** The names that a declaration or an assignment gives values to. */
export function boundNames(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((one) => boundNames(one.type === "Property" ? one.value : one));
    case "ArrayPattern":
      return pattern.elements.flatMap((one) => (one === null ? [] : boundNames(one)));
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "RestElement":
      return boundNames(pattern.argument);
    case "MemberExpression":
      return [];
  }
}

/** Whether a value can certainly hold nothing. */
export function isPrimitive(value: AnyNode): boolean {
  return (
    (value.type === "Literal" && !("regex" in value)) ||
    ["TemplateLiteral", "UnaryExpression", "BinaryExpression", "UpdateExpression"].includes(value.type)
  );
}

export function calleeOf(call: CallLike): AnyNode {
  return call.type === "TaggedTemplateExpression" ? call.tag : call.callee;
}

export function argumentsOf(call: CallLike): readonly AnyNode[] {
  return call.type === "TaggedTemplateExpression" ? call.quasi.expressions : call.arguments;
}

/** The value in `name = value` at the top level, in either form; a function or class is its own. */
export function definedValue(node: AnyNode): AnyNode | undefined {
  if (node.type === "VariableDeclarator") return node.init ? unwrap(node.init) : undefined;
  if (node.type !== "ExpressionStatement") return node;
  return node.expression.type === "AssignmentExpression" ? unwrap(node.expression.right) : undefined;
}
