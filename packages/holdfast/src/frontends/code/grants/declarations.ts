import type { AnyNode, Program } from "acorn";
import { forEachChild, propertyName, rootName, type CallLike } from "./syntax.ts";

/** A call in the bundle, and what it stands in, outermost first. */
export interface PlacedCall {
  readonly call: CallLike;
  readonly parents: readonly AnyNode[];
}

/** Finds calls by the position that V8 gives them in a stack. */
export function createCallFinder(
  program: Program,
  code: string,
): (at: { readonly line: number; readonly column: number }) => PlacedCall | undefined {
  const lineStarts = [0, ...[...code.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return ({ line, column }) => {
    const lineStart = lineStarts[line - 1];
    if (lineStart === undefined) return undefined;
    const offset = lineStart + column - 1;
    const parents: AnyNode[] = [];
    let found: PlacedCall | undefined;
    for (let node: AnyNode | undefined = program; node !== undefined; node = childAt(node, offset)) {
      if (isCall(node) && positionsOf(node, code).includes(offset))
        found = { call: node, parents: [...parents] };
      parents.push(node);
    }
    return found;
  };
}

function childAt(node: AnyNode, offset: number): AnyNode | undefined {
  let found: AnyNode | undefined;
  forEachChild(node, (child) => {
    // A call's position may be that of the parenthesis behind its callee.
    if (child.start <= offset && offset < child.end) found ??= child;
  });
  return found;
}

function isCall(node: AnyNode): node is CallLike {
  return (
    node.type === "CallExpression" ||
    node.type === "NewExpression" ||
    node.type === "TaggedTemplateExpression"
  );
}

/** V8 points at the property's name, at a plain callee, at `new`, else at the parenthesis or the template. */
function positionsOf(call: CallLike, code: string): readonly number[] {
  if (call.type === "NewExpression") return [call.start];
  const callee = call.type === "CallExpression" ? call.callee : call.tag;
  const behind = call.type === "CallExpression" ? code.indexOf("(", callee.end) : call.quasi.start;
  if (callee.type === "Identifier") return [callee.start, behind];
  return callee.type === "MemberExpression" ? [callee.property.start, behind] : [behind];
}

/** Whether a call is plainly `something.name(…)`, whose callee runs nothing else. */
export function isPlainCallOf(call: CallLike, isName: (name: string) => boolean): boolean {
  if (call.type !== "CallExpression") return false;
  const name = propertyName(call.callee);
  return name !== undefined && isName(name) && rootName(call.callee) !== undefined;
}
