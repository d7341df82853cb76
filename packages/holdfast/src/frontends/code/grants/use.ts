import type { AnyNode } from "acorn";
import { isPrimitive, propertyName } from "./syntax.ts";

/**
 * What is done with a name. `call`: `f()`; `make`: `new f()`; `method`: `f.a.b()`; `read`: `f.a`, passed on; `value`:
 * `f` itself, passed on; `write`: something is assigned to it, or into it; `test`: nothing that could matter.
 */
export interface Use {
  readonly how: "call" | "make" | "method" | "read" | "value" | "write" | "test";
  /** Where it is passed on: the type of the syntax around it. */
  readonly around: string;
  /** Of `f.a…`, unless computed. */
  readonly member?: string;
  /** `f.a()`, and nothing between. */
  readonly isMethodCall: boolean;
  /** What becomes of the result of `f.a()`: its method is called, or it gets a name. */
  readonly result?: { readonly method?: string; readonly name?: string; readonly isUnused?: boolean };
}

/** What is done with the last of `path`, whose other nodes stand around it, outermost first. */
export function describeUse(path: readonly AnyNode[]): Use {
  let at = path.length - 1;
  const outer = (): AnyNode | undefined => path[at - 1];
  const skip = (...types: string[]): void => {
    while (types.includes(outer()?.type ?? "")) at -= 1;
  };

  let depth = 0;
  let member: string | undefined;
  skip("ChainExpression");
  for (let next = outer(); next?.type === "MemberExpression" && next.object === path[at]; next = outer()) {
    if (depth === 0) member = propertyName(next);
    depth += 1;
    at -= 1;
    skip("ChainExpression");
  }

  const node = path[at];
  const around = outer();
  const base = { around: around?.type ?? "", ...(member !== undefined && { member }), isMethodCall: false };
  if (around?.type === "CallExpression" && around.callee === node) {
    if (depth === 0) return { ...base, how: "call" };
    if (depth > 1) return { ...base, how: "method" };
    return { ...base, how: "method", isMethodCall: true, result: describeResult(path, at - 1) };
  }
  if (around?.type === "NewExpression" && around.callee === node)
    return { ...base, how: depth === 0 ? "make" : "method" };
  if (around?.type === "TaggedTemplateExpression" && around.tag === node)
    return { ...base, how: depth === 0 ? "call" : "method" };
  if (isTarget(around, node)) return { ...base, how: carriesNothing(around) ? "test" : "write" };
  skip("AwaitExpression");
  const last = outer();
  if (isOnlyLookedAt(last, path[at], path[at - 2])) return { ...base, how: "test" };
  // An extended class is made with the class, and nothing is put into it by that.
  if (last !== undefined && "superClass" in last && last.superClass === path[at])
    return { ...base, how: "make" };
  return { ...base, how: depth === 0 ? "value" : "read" };
}

function describeResult(path: readonly AnyNode[], callAt: number): NonNullable<Use["result"]> {
  let at = callAt;
  while (path[at - 1]?.type === "ChainExpression") at -= 1;
  const around = path[at - 1];
  if (around?.type === "ExpressionStatement") return { isUnused: true };
  if (around?.type === "VariableDeclarator" && around.id.type === "Identifier")
    return { name: around.id.name };
  if (
    around?.type === "AssignmentExpression" &&
    around.operator === "=" &&
    around.left.type === "Identifier"
  ) {
    const isStatement = (path[at - 2]?.type ?? "ExpressionStatement") === "ExpressionStatement";
    return isStatement ? { name: around.left.name } : {};
  }
  if (around?.type !== "MemberExpression" || around.object !== path[at]) return {};
  const method = propertyName(around);
  let calleeAt = at - 1;
  while (path[calleeAt - 1]?.type === "ChainExpression") calleeAt -= 1;
  const call = path[calleeAt - 1];
  if (method === "name") return { isUnused: true };
  const isCalled = call?.type === "CallExpression" && call.callee === path[calleeAt];
  return isCalled && method !== undefined ? { method } : {};
}

function isTarget(around: AnyNode | undefined, node: AnyNode | undefined): boolean {
  switch (around?.type) {
    case "AssignmentExpression":
    case "ForInStatement":
    case "ForOfStatement":
      return around.left === node;
    case "UpdateExpression":
      return true;
    case "UnaryExpression":
      return around.operator === "delete";
    default:
      return false;
  }
}

function carriesNothing(around: AnyNode | undefined): boolean {
  if (around?.type !== "AssignmentExpression")
    return around?.type === "UpdateExpression" || around?.type === "UnaryExpression";
  const isPlain = ["=", "??=", "||=", "&&="].includes(around.operator);
  return !isPlain || isPrimitive(around.right);
}

function isOnlyLookedAt(
  around: AnyNode | undefined,
  node: AnyNode | undefined,
  beyond: AnyNode | undefined,
): boolean {
  switch (around?.type) {
    case "BinaryExpression":
    case "UnaryExpression":
    case "ExpressionStatement":
      return true;
    case "TemplateLiteral":
      // A tag is called with what stands in the template.
      return beyond?.type !== "TaggedTemplateExpression";
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
      return around.test === node;
    default:
      return false;
  }
}
