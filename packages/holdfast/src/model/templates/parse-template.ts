import { ExpressionParser } from "./parse-expression.ts";
import { TemplateCursor } from "./template-cursor.ts";
import type { Block, Branch, Macro, TemplateNode } from "./template-tree.ts";

export interface TemplateTree {
  readonly body: Block;
  readonly macros: ReadonlyMap<string, Macro>;
}

/** Throws `HoldfastError` `MAPPING_TEMPLATE_INVALID`, naming line and column. */
export function parseTemplate(text: string): TemplateTree {
  const parser = new TemplateParser(text);
  return { body: parser.whole(new TemplateCursor(text)), macros: parser.macros };
}

/** What ends a block: the directive, or the end of the text. */
type Ending = "end" | "else" | "elseif" | "text";

const directive = /#(?:\{(?<braced>[a-z]+)\}|(?<plain>[A-Za-z_]\w*))/y;
const restOfLine = /[ \t]*\r?\n/y;
const unsupported: ReadonlySet<string> = new Set(["include", "parse", "evaluate"]);
const known: ReadonlySet<string> = new Set(
  "set if elseif else end foreach break stop define macro include parse evaluate".split(" "),
);

class TemplateParser {
  readonly macros = new Map<string, Macro>();
  readonly #expressions = new ExpressionParser((cursor) => this.whole(cursor));
  /** Macros may be called above the place that defines them. */
  readonly #macroNames: ReadonlySet<string>;
  #depth = 0;

  constructor(text: string) {
    this.#macroNames = new Set(
      [...text.matchAll(/#macro[ \t]{0,20}\([ \t]{0,20}(?<name>[A-Za-z_]\w*)/g)].map(
        ({ groups }) => groups?.name ?? "",
      ),
    );
  }

  whole(cursor: TemplateCursor): Block {
    const { body, ending } = this.#block(cursor);
    if (ending !== "text") throw cursor.fail(`#${ending} has nothing that it belongs to`);
    return body;
  }

  #block(cursor: TemplateCursor): { body: Block; ending: Ending } {
    cursor.checkDepth(this.#depth);
    this.#depth += 1;
    const nodes: TemplateNode[] = [];
    try {
      for (;;) {
        const next = this.#next(cursor);
        if (typeof next === "string") return { body: mergeTexts(nodes), ending: next };
        if (next !== undefined) nodes.push(next);
      }
    } finally {
      this.#depth -= 1;
    }
  }

  /** The next node; undefined for what leaves nothing behind. */
  #next(cursor: TemplateCursor): TemplateNode | Ending | undefined {
    if (cursor.done) return "text";
    const text = cursor.match(/[^$#\\]+/y)?.[0] ?? this.#escaped(cursor);
    if (text !== undefined) return { kind: "text", text };
    if (cursor.startsWith("$")) return this.#dollar(cursor);
    return this.#hash(cursor);
  }

  /** Backslashes before a reference or a directive: each two are one, an odd one makes it text (Velocity). */
  #escaped(cursor: TemplateCursor): string | undefined {
    const backslashes = cursor.match(/\\+/y)?.[0].length;
    if (backslashes === undefined) return undefined;
    const begins = this.#expressions.startsReference(cursor) || this.#startsDirective(cursor);
    if (!begins) return "\\".repeat(backslashes);
    if (backslashes % 2 === 0) return "\\".repeat(backslashes / 2);
    const sign = cursor.text.charAt(cursor.at);
    cursor.at += 1;
    return "\\".repeat((backslashes - 1) / 2) + sign;
  }

  #dollar(cursor: TemplateCursor): TemplateNode {
    if (this.#expressions.startsReference(cursor))
      return { kind: "print", reference: this.#expressions.reference(cursor) };
    cursor.at += 1;
    return { kind: "text", text: "$" };
  }

  #startsDirective(cursor: TemplateCursor): boolean {
    const groups = cursor.peek(directive)?.groups;
    const name = groups?.braced ?? groups?.plain ?? "";
    return known.has(name) || this.#macroNames.has(name);
  }

  #hash(cursor: TemplateCursor): TemplateNode | Ending | undefined {
    if (cursor.startsWith("##")) return skipTo(cursor, "\n", true);
    if (cursor.startsWith("#*")) return skipTo(cursor, "*#", false);
    if (cursor.startsWith("#[[")) return literal(cursor);
    if (!this.#startsDirective(cursor)) {
      cursor.at += 1;
      return { kind: "text", text: "#" };
    }
    const start = cursor.at;
    const groups = cursor.match(directive)?.groups;
    const name = groups?.braced ?? groups?.plain ?? "";
    if (unsupported.has(name)) throw cursor.fail(`#${name} is not part of mapping templates`, start);
    const node = this.#directive(cursor, name, start);
    // A directive that stands at the end of its line takes the line's end with it (Velocity).
    if (name !== "end" && !this.#macroNames.has(name)) cursor.match(restOfLine);
    return node;
  }

  #directive(cursor: TemplateCursor, name: string, start: number): TemplateNode | Ending | undefined {
    switch (name) {
      case "end":
        cursor.match(restOfLine);
        return "end";
      case "else":
      case "elseif":
        return name;
      case "break":
      case "stop":
        return { kind: name };
      case "set":
        return this.#set(cursor);
      case "if":
        return this.#if(cursor, start);
      case "foreach":
        return this.#foreach(cursor, start);
      case "define":
        return this.#define(cursor, start);
      case "macro":
        this.#macro(cursor, start);
        return undefined;
      default:
        return this.#call(cursor, name, start);
    }
  }

  #set(cursor: TemplateCursor): TemplateNode {
    cursor.expect("(", "behind #set");
    const target = this.#variable(cursor);
    if (target.steps.at(-1)?.kind === "method") throw cursor.fail("a method's result cannot be set");
    cursor.expect("=", "in #set");
    const value = this.#expressions.expression(cursor);
    cursor.expect(")", "behind #set");
    return { kind: "set", target, value };
  }

  #if(cursor: TemplateCursor, start: number): TemplateNode {
    const branches: Branch[] = [];
    let { branch, ending } = this.#branch(cursor);
    branches.push(branch);
    while (ending === "elseif") {
      ({ branch, ending } = this.#branch(cursor));
      branches.push(branch);
    }
    if (ending === "end") return { kind: "if", branches, otherwise: [] };
    if (ending === "text") throw cursor.fail("#if has no #end", start);
    return { kind: "if", branches, otherwise: this.#body(cursor, "#else", start) };
  }

  #branch(cursor: TemplateCursor): { branch: Branch; ending: Ending } {
    cursor.expect("(", "before the condition");
    const condition = this.#expressions.expression(cursor);
    cursor.expect(")", "behind the condition");
    cursor.match(restOfLine);
    const { body, ending } = this.#block(cursor);
    return { branch: { condition, body }, ending };
  }

  #foreach(cursor: TemplateCursor, start: number): TemplateNode {
    cursor.expect("(", "behind #foreach");
    const variable = this.#plainVariable(cursor);
    cursor.expect("in", "in #foreach");
    const source = this.#expressions.expression(cursor);
    cursor.expect(")", "behind #foreach");
    return { kind: "foreach", variable, source, body: this.#body(cursor, "#foreach", start) };
  }

  #define(cursor: TemplateCursor, start: number): TemplateNode {
    cursor.expect("(", "behind #define");
    const variable = this.#plainVariable(cursor);
    cursor.expect(")", "behind #define");
    return { kind: "define", variable, body: this.#body(cursor, "#define", start) };
  }

  #macro(cursor: TemplateCursor, start: number): void {
    cursor.expect("(", "behind #macro");
    cursor.skipBlanks();
    const name = cursor.match(/[A-Za-z_]\w*/y)?.[0];
    if (name === undefined || known.has(name)) throw cursor.fail("the macro has no name that it may have");
    const parameters: string[] = [];
    cursor.skipBlanks();
    while (!cursor.take(")")) {
      cursor.take(",");
      parameters.push(this.#plainVariable(cursor));
      cursor.skipBlanks();
    }
    this.macros.set(name, { parameters, body: this.#body(cursor, "#macro", start) });
  }

  /** A macro's values stand apart by blanks or commas. */
  #call(cursor: TemplateCursor, macro: string, at: number): TemplateNode {
    const values = [];
    cursor.expect("(", `behind #${macro}`);
    cursor.skipBlanks();
    while (!cursor.take(")")) {
      cursor.take(",");
      values.push(this.#expressions.expression(cursor));
      cursor.skipBlanks();
    }
    return { kind: "call", at, macro, values };
  }

  #body(cursor: TemplateCursor, what: string, start: number): Block {
    cursor.match(restOfLine);
    const { body, ending } = this.#block(cursor);
    if (ending === "text") throw cursor.fail(`${what} has no #end`, start);
    if (ending !== "end") throw cursor.fail(`#${ending} stands where only #end may`);
    return body;
  }

  #variable(cursor: TemplateCursor) {
    cursor.skipBlanks();
    if (!this.#expressions.startsReference(cursor)) throw cursor.fail("a variable is missing");
    return this.#expressions.reference(cursor);
  }

  #plainVariable(cursor: TemplateCursor): string {
    const { name, steps } = this.#variable(cursor);
    if (steps.length > 0) throw cursor.fail("only a plain variable may stand here");
    return name;
  }
}

/** A comment; only a line's end may be missing. */
function skipTo(cursor: TemplateCursor, end: string, mayBeMissing: boolean): undefined {
  const found = cursor.text.indexOf(end, cursor.at + 2);
  if (found !== -1) cursor.at = found + end.length;
  else if (mayBeMissing) cursor.at = cursor.text.length;
  else throw cursor.fail("the comment does not end");
}

function literal(cursor: TemplateCursor): TemplateNode {
  const end = cursor.text.indexOf("]]#", cursor.at);
  if (end === -1) throw cursor.fail("#[[ has no ]]#");
  const text = cursor.text.slice(cursor.at + 3, end);
  cursor.at = end + 3;
  return { kind: "text", text };
}

function mergeTexts(nodes: readonly TemplateNode[]): Block {
  const merged: TemplateNode[] = [];
  let pending: string[] = [];
  const endText = (): void => {
    if (pending.length > 0) merged.push({ kind: "text", text: pending.join("") });
    pending = [];
  };
  for (const node of nodes) {
    if (node.kind === "text") pending.push(node.text);
    else {
      endText();
      merged.push(node);
    }
  }
  endText();
  return merged;
}
