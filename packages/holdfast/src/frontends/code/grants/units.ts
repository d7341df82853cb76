import type { AnyNode, Expression, Pattern, Program } from "acorn";
import { boundNames, isCallOf, isFunction, isPrimitive, unwrap } from "./syntax.ts";

/**
 * What a name stands for, which says how something may come to be kept in it. `constant`: a number or a text; `data`:
 * an object of them; `namespace`: all exports of a module; `import`: a package's; `variable`: anything else.
 */
export type UnitKind =
  | "constant"
  | "data"
  | "function"
  | "class"
  | "namespace"
  | "import"
  | "variable"
  | "statement";

/** A piece of the bundle's top level. */
export interface Unit {
  /** The names that lead here. */
  readonly names: readonly string[];
  readonly kind: UnitKind;
  /** What there is to look at. An import, and a variable declared without a value, have nothing. */
  readonly node?: AnyNode;
  readonly start: number;
  readonly end: number;
}

/** Objects of the platform that anything can be hung on. */
const sharedObjects = ["globalThis", "global", "self", "process"];

export function cutIntoUnits(program: Program): readonly Unit[] {
  const units: Unit[] = [{ names: sharedObjects, kind: "import", start: 0, end: 0 }];
  const imports = new Map<string, string[]>();
  const eager = eagerModules(program);

  const addNamed = (pattern: Pattern, node: AnyNode, value: Expression, module: readonly string[]): void => {
    const inner = unwrap(value);
    // Inside its body a class may go by another name: `Store = class _Store { … }`.
    const innerName = inner.type === "ClassExpression" && inner.id ? [inner.id.name] : [];
    const names = [...boundNames(pattern), ...innerName, ...module];
    units.push({ names, kind: kindOf(inner, pattern), node, start: node.start, end: node.end });
  };

  const addStatement = (node: AnyNode, module: readonly string[]): void => {
    const { start, end } = node;
    switch (node.type) {
      case "ImportDeclaration": {
        const names = imports.get(String(node.source.value)) ?? [];
        imports.set(String(node.source.value), [...names, ...node.specifiers.map((one) => one.local.name)]);
        return;
      }
      case "ExportNamedDeclaration":
      case "ExportAllDeclaration":
        return;
      case "FunctionDeclaration":
      case "ClassDeclaration": {
        const own = node.id === null ? [] : [node.id.name];
        const kind = node.type === "ClassDeclaration" ? "class" : "function";
        units.push({ names: [...own, ...module], kind, node, start, end });
        return;
      }
      case "VariableDeclaration":
        for (const one of node.declarations) {
          const body = lazyBody(one.init);
          if (body !== undefined && one.id.type === "Identifier") {
            const { name } = one.id;
            for (const inner of body) addStatement(inner, eager.has(name) ? [] : [name]);
          } else if (one.init) addNamed(one.id, one, one.init, module);
          else units.push({ names: boundNames(one.id), kind: "variable", start, end });
        }
        return;
      case "ExpressionStatement": {
        const { expression } = node;
        const [target] = isCallOf(expression, "__export", "__reExport") ? expression.arguments : [];
        if (isCallOf(expression, "__name")) return;
        if (target?.type === "Identifier")
          units.push({ names: [target.name, ...module], kind: "namespace", node, start, end });
        else if (expression.type === "AssignmentExpression" && boundNames(expression.left).length > 0)
          addNamed(expression.left, node, expression.right, module);
        else units.push({ names: module, kind: "statement", node, start, end });
        return;
      }
      default:
        units.push({ names: module, kind: "statement", node, start, end });
    }
  };

  for (const statement of program.body) addStatement(statement, []);
  for (const names of imports.values()) units.push({ names, kind: "import", start: 0, end: 0 });
  return withoutIdleDeclarations(units);
}

/** Where the value comes later, as in modules that are loaded lazily, the declaration says nothing. */
function withoutIdleDeclarations(units: readonly Unit[]): readonly Unit[] {
  const valued = new Set(units.flatMap((unit) => (unit.node === undefined ? [] : unit.names)));
  const namespaces = new Set(units.flatMap((unit) => (unit.kind === "namespace" ? unit.names[0] : [])));
  return units.filter(({ names, kind, node }) => {
    const [name = ""] = names;
    if (kind === "import") return true;
    return node === undefined ? !valued.has(name) : kind === "namespace" || !namespaces.has(name);
  });
}

/** The body of `__esm({ "file.ts"() { … } })`: a module that runs when it is first asked for. */
function lazyBody(init: Expression | null | undefined): readonly AnyNode[] | undefined {
  const [modules] = isCallOf(init, "__esm") ? init.arguments : [];
  const [module] = modules?.type === "ObjectExpression" ? modules.properties : [];
  return module?.type === "Property" && module.value.type === "FunctionExpression"
    ? module.value.body.body
    : undefined;
}

/** Modules of that form that run while the app loads, as others import them statically: no handler ever runs them. */
function eagerModules(program: Program): ReadonlySet<string> {
  const bodies = new Map<string, readonly AnyNode[]>();
  for (const statement of program.body) {
    for (const one of statement.type === "VariableDeclaration" ? statement.declarations : []) {
      const body = lazyBody(one.init);
      if (body !== undefined && one.id.type === "Identifier") bodies.set(one.id.name, body);
    }
  }
  const eager = new Set<string>();
  const pending: (readonly AnyNode[])[] = [program.body];
  for (let body = pending.pop(); body !== undefined; body = pending.pop()) {
    for (const statement of body) {
      const call = statement.type === "ExpressionStatement" ? unwrap(statement.expression) : undefined;
      if (call?.type !== "CallExpression" || call.callee.type !== "Identifier") continue;
      const { name } = call.callee;
      const next = bodies.get(name);
      if (next === undefined || eager.has(name)) continue;
      eager.add(name);
      pending.push(next);
    }
  }
  return eager;
}

function kindOf(value: Expression, pattern: Pattern): UnitKind {
  if (pattern.type !== "Identifier") return "variable";
  if (isFunction(value)) return "function";
  if (value.type === "ClassExpression") return "class";
  if (isPrimitive(value)) return "constant";
  const isData =
    value.type === "ObjectExpression" &&
    value.properties.every((one) => one.type === "Property" && one.kind === "init" && isPrimitive(one.value));
  return isData ? "data" : "variable";
}
