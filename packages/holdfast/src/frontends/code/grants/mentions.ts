import type { AnyNode, CallExpression, Expression, ImportExpression, Pattern } from "acorn";
import { boundNames, forEachChild, isCallOf, isFunction, propertyName, rootName, unwrap } from "./syntax.ts";
import { describeUse, type Use } from "./use.ts";

/** A name in a piece of code, and what is done with it. */
export interface Mention extends Use {
  readonly name: string;
  readonly at: number;
  /** In how many functions that the code makes, and that may run later and elsewhere. */
  readonly closures: number;
}

export interface MentionedCall {
  readonly node: AnyNode;
  /** `app` for `app.http.get()`; undefined for a call of something without a name. */
  readonly name: string | undefined;
  readonly closures: number;
}

/** What a piece of code mentions. */
export interface Mentions {
  readonly names: readonly Mention[];
  readonly calls: readonly MentionedCall[];
  /** Code that runs and cannot be seen. */
  readonly unseen: readonly { readonly at: number; readonly reason: string }[];
}

/**
 * Looks at `node`; of a call, on demand, only at the arguments, as at what Holdfast runs. What is `apart` is left out,
 * and looked at by itself.
 */
export function collectMentions(
  node: AnyNode | undefined,
  apart: ReadonlySet<AnyNode>,
  onlyArguments = false,
): Mentions {
  const walk = new Walk(apart);
  if (onlyArguments && node?.type === "CallExpression") walk.startArguments(node);
  else if (node !== undefined) walk.start(node);
  return walk;
}

class Walk implements Mentions {
  readonly names: Mention[] = [];
  readonly calls: MentionedCall[] = [];
  readonly unseen: { at: number; reason: string }[] = [];
  readonly #apart: ReadonlySet<AnyNode>;
  readonly #path: AnyNode[] = [];
  #closures = 0;

  constructor(apart: ReadonlySet<AnyNode>) {
    this.#apart = apart;
  }

  /** A function that the code is, or that a name is given to, is no closure: it is what a mention of it leads to. */
  start(node: AnyNode): void {
    const definition = definitionOf(node);
    if (definition === undefined) return this.#enter(node);
    const { around, pattern, value } = definition;
    if (around !== undefined) this.#path.push(around);
    if (pattern !== undefined) this.#visitBinding(pattern);
    const inner = unwrap(value);
    if (isFunction(inner)) this.#visitFunction(inner, false);
    else this.#enter(value);
    this.#path.length = 0;
  }

  startArguments(call: CallExpression): void {
    this.#path.push(call);
    for (const argument of call.arguments) {
      const value = unwrap(argument);
      const name = rootName(value);
      if (name !== undefined) this.#note(name, value, { how: "call", around: "", isMethodCall: false });
      else if (isFunction(value)) this.#visitFunction(value, false);
      else this.#enter(argument);
    }
  }

  #visit(node: AnyNode): void {
    if (!this.#apart.has(node)) this.#enter(node);
  }

  #enter(node: AnyNode): void {
    this.#path.push(node);
    this.#look(node);
    this.#path.pop();
  }

  #look(node: AnyNode): void {
    switch (node.type) {
      case "Identifier":
        if (node.name === "eval") this.#noteUnseen(node, "`eval` runs code that cannot be seen here");
        this.#note(node.name, node, describeUse(this.#path));
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#path.pop();
        this.#visitFunction(node, !this.#isCalledAtOnce(node));
        this.#path.push(node);
        return;
      case "VariableDeclarator":
        this.#visitBinding(node.id);
        if (node.init) this.#visit(node.init);
        return;
      case "CatchClause":
        if (node.param) this.#visitBinding(node.param);
        this.#visit(node.body);
        return;
      case "AssignmentExpression":
        this.#visitTarget(node.left);
        this.#visit(node.right);
        return;
      case "CallExpression":
      case "NewExpression":
        this.#visitCall(node);
        return;
      case "TaggedTemplateExpression":
        this.calls.push({ node, name: rootName(node.tag), closures: this.#closures });
        this.#visitChildren(node);
        return;
      case "ImportExpression":
        this.#visitImport(node);
        return;
      case "ThisExpression":
        this.#lookAtThis(node);
        return;
      case "MetaProperty":
      case "BreakStatement":
      case "ContinueStatement":
        return;
      default:
        this.#visitChildren(node);
    }
  }

  #visitChildren(node: AnyNode): void {
    const hasPlainKey =
      (node.type === "MemberExpression" ||
        node.type === "Property" ||
        node.type === "MethodDefinition" ||
        node.type === "PropertyDefinition") &&
      !node.computed;
    forEachChild(node, (child, key) => {
      if (hasPlainKey && (key === "key" || key === "property")) return;
      // A class's own name, a label.
      if (key === "id" || key === "label") return;
      this.#visit(child);
    });
  }

  /** `this.constructor.kept = …`: by its instances something gets into a class. */
  #lookAtThis(node: AnyNode): void {
    const around = this.#path.at(-2);
    if (around !== undefined && propertyName(around) === "constructor")
      this.#note("this", node, { how: "write", around: "", isMethodCall: false });
  }

  #visitFunction(node: AnyNode, isClosure: boolean): void {
    if (!isFunction(node)) return;
    this.#closures += isClosure ? 1 : 0;
    this.#path.push(node);
    for (const param of node.params) this.#visitBinding(param);
    this.#visit(node.body);
    this.#path.pop();
    this.#closures -= isClosure ? 1 : 0;
  }

  /** `(() => …)()` */
  #isCalledAtOnce(node: AnyNode): boolean {
    const around = this.#path.at(-2);
    return around?.type === "CallExpression" && around.callee === node;
  }

  #visitCall(node: AnyNode): void {
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return;
    const [first] = node.arguments;
    if (isCallOf(node, "__name") && first !== undefined) {
      this.#path.pop();
      this.#visit(first);
      this.#path.push(node);
      return;
    }
    const name = rootName(node.callee);
    this.calls.push({ node, name, closures: this.#closures });
    if (node.callee.type === "Identifier" && name === "Function")
      this.#noteUnseen(node, "`Function` makes code that cannot be seen here");
    if (isCallOf(node, "require", "__require") && !isFixedText(first))
      this.#noteUnseen(node, "`require` loads what cannot be told here");
    this.#visitChildren(node);
  }

  #visitImport(node: ImportExpression): void {
    if (!isFixedText(node.source)) this.#noteUnseen(node, "`import()` loads what cannot be told here");
    this.#visitChildren(node);
  }

  /** A pattern that declares names: only what it computes counts. */
  #visitBinding(pattern: Pattern): void {
    if (pattern.type === "MemberExpression") this.#visitTarget(pattern);
    else this.#visitPattern(pattern, (inner) => this.#visitBinding(inner));
  }

  /** What is assigned to. */
  #visitTarget(pattern: Pattern): void {
    const parent = this.#path.at(-1);
    const isInPattern = parent?.type !== "AssignmentExpression";
    const name = isInPattern ? rootName(pattern) : undefined;
    if (name !== undefined) this.#note(name, pattern, { how: "write", around: "", isMethodCall: false });
    else if (pattern.type === "Identifier" || pattern.type === "MemberExpression") this.#visit(pattern);
    else this.#visitPattern(pattern, (inner) => this.#visitTarget(inner));
  }

  #visitPattern(pattern: Pattern, visitInner: (inner: Pattern) => void): void {
    this.#path.push(pattern);
    switch (pattern.type) {
      case "ObjectPattern":
        for (const one of pattern.properties) {
          if (one.type === "Property" && one.computed) this.#visit(one.key);
          visitInner(one.type === "Property" ? one.value : one.argument);
        }
        break;
      case "ArrayPattern":
        for (const one of pattern.elements) if (one !== null) visitInner(one);
        break;
      case "AssignmentPattern":
        visitInner(pattern.left);
        this.#visit(pattern.right);
        break;
      case "RestElement":
        visitInner(pattern.argument);
        break;
      case "Identifier":
      case "MemberExpression":
    }
    this.#path.pop();
  }

  #note(name: string, { start }: AnyNode, use: Use): void {
    this.names.push({ name, at: start, closures: this.#closures, ...use });
  }

  #noteUnseen({ start }: AnyNode, reason: string): void {
    this.unseen.push({ at: start, reason });
  }
}

/** `name = value` at the top level, in either form; anything else is its own value. */
function definitionOf(
  node: AnyNode,
): { readonly around?: AnyNode; readonly pattern?: Pattern; readonly value: AnyNode } | undefined {
  if (node.type === "VariableDeclarator")
    return node.init ? { around: node, pattern: node.id, value: node.init } : undefined;
  if (node.type !== "ExpressionStatement") return { value: node };
  const { expression } = node;
  return expression.type === "AssignmentExpression" && boundNames(expression.left).length > 0
    ? { around: expression, pattern: expression.left, value: expression.right }
    : undefined;
}

function isFixedText(node: AnyNode | undefined): node is Expression {
  return node?.type === "Literal" || (node?.type === "TemplateLiteral" && node.expressions.length === 0);
}
