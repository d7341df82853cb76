import type { TemplateTree } from "./parse-template.ts";
import { applyLink, negate } from "./template-arithmetic.ts";
import { TemplateFault } from "./template-fault.ts";
import { callMethod, costOf, indexOf, propertyOf } from "./template-methods.ts";
import type { Block, Expression, Reference, ReferenceStep, TemplateNode } from "./template-tree.ts";
import { isTrue, maximumTextLength, TemplateList, toText, type TemplateValue } from "./template-values.ts";

/** The most nodes, rounds and expressions that one rendering goes through; a fraction of a second. */
const maximumSteps = 500_000;
/** Macros and defined blocks that call each other. */
const maximumCallDepth = 32;
const maximumRangeLength = 100_000;

type Flow = "next" | "break" | "stop";

/** One rendering: its variables, and what it has used up. */
export class Rendering {
  /** Where the reference or macro stands that is rendered now, for messages. */
  at = 0;
  readonly #tree: TemplateTree;
  readonly #variables = new Map<string, TemplateValue>();
  readonly #blocks = new Map<string, Block>();
  #steps = 0;
  #callDepth = 0;
  #output: string[] = [];
  #length = 0;

  constructor(tree: TemplateTree) {
    this.#tree = tree;
  }

  /** Throws `TemplateFault`. */
  run(variables: ReadonlyMap<string, TemplateValue>): string {
    for (const [name, value] of variables) this.#variables.set(name, value);
    this.#block(this.#tree.body);
    return this.#output.join("");
  }

  #block(block: Block): Flow {
    for (const node of block) {
      const flow = this.#node(node);
      if (flow !== "next") return flow;
    }
    return "next";
  }

  #node(node: TemplateNode): Flow {
    this.spend();
    switch (node.kind) {
      case "text":
        this.#write(node.text);
        return "next";
      case "print":
        return this.#print(node.reference);
      case "set":
        this.#set(node.target, this.#evaluate(node.value));
        return "next";
      case "if": {
        const branch = node.branches.find(({ condition }) => isTrue(this.#evaluate(condition)));
        return this.#block(branch?.body ?? node.otherwise);
      }
      case "foreach":
        return this.#foreach(node.variable, this.#evaluate(node.source), node.body);
      case "define":
        this.#blocks.set(node.variable, node.body);
        this.#variables.delete(node.variable);
        return "next";
      case "call":
        return this.#call(node);
      case "break":
      case "stop":
        return node.kind;
    }
  }

  #print(reference: Reference): Flow {
    const block = reference.steps.length === 0 ? this.#blocks.get(reference.name) : undefined;
    if (block === undefined) this.#write(toText(this.#reference(reference)));
    else return this.#nested(() => this.#block(block));
    return "next";
  }

  #foreach(variable: string, source: TemplateValue, body: Block): Flow {
    const items =
      source instanceof TemplateList ? source.items : source instanceof Map ? [...source.values()] : [];
    const names = [variable, "foreach", "velocityCount"];
    const before = names.map((name) => [name, this.#variables.get(name)] as const);
    let flow: Flow = "next";
    for (const [index, item] of items.slice().entries()) {
      this.spend();
      const hasNext = index + 1 < items.length;
      this.#variables.set(variable, item);
      this.#variables.set("velocityCount", index + 1);
      const round = { index, count: index + 1, hasNext, first: index === 0, last: !hasNext };
      this.#variables.set("foreach", new Map(Object.entries(round)));
      flow = this.#block(body);
      if (flow !== "next") break;
    }
    this.#restore(before);
    return flow === "stop" ? "stop" : "next";
  }

  #call({ macro: name, values, at }: Extract<TemplateNode, { kind: "call" }>): Flow {
    this.at = at;
    const macro = this.#tree.macros.get(name);
    if (macro === undefined) throw new TemplateFault(`there is no macro #${name}`);
    const given = values.map((value) => this.#evaluate(value));
    const before = macro.parameters.map((one) => [one, this.#variables.get(one)] as const);
    for (const [index, parameter] of macro.parameters.entries())
      this.#variables.set(parameter, given[index] ?? null);
    const flow = this.#nested(() => this.#block(macro.body));
    this.#restore(before);
    return flow;
  }

  #restore(before: readonly (readonly [string, TemplateValue | undefined])[]): void {
    for (const [name, value] of before) {
      if (value === undefined) this.#variables.delete(name);
      else this.#variables.set(name, value);
    }
  }

  #nested<Result>(work: () => Result): Result {
    if (this.#callDepth >= maximumCallDepth)
      throw new TemplateFault(`macros and defined blocks call each other more than ${maximumCallDepth} deep`);
    this.#callDepth += 1;
    try {
      return work();
    } finally {
      this.#callDepth -= 1;
    }
  }

  #set(target: Reference, value: TemplateValue): void {
    this.at = target.at;
    const last = target.steps.at(-1);
    if (last === undefined) {
      this.#blocks.delete(target.name);
      this.#variables.set(target.name, value);
      return;
    }
    const holder = this.#follow(this.#variables.get(target.name) ?? null, target.steps.slice(0, -1));
    const key = last.kind === "index" ? this.#evaluate(last.index) : last.name;
    if (holder instanceof Map) holder.set(toText(key), value);
    else if (
      holder instanceof TemplateList &&
      typeof key === "number" &&
      key >= 0 &&
      key < holder.items.length
    )
      holder.items[key] = value;
    else throw new TemplateFault(`nothing can be set in $${target.name} there`);
  }

  #reference(reference: Reference): TemplateValue {
    this.spend();
    this.at = reference.at;
    const { name, steps } = reference;
    const block = this.#blocks.get(name);
    const value = block === undefined ? (this.#variables.get(name) ?? null) : this.#capture(block);
    return this.#follow(value, steps);
  }

  #follow(start: TemplateValue, steps: readonly ReferenceStep[]): TemplateValue {
    let value = start;
    for (const step of steps) {
      this.spend();
      value = this.#stepInto(value, step);
      this.#spendOn(value);
    }
    return value;
  }

  #stepInto(value: TemplateValue, step: ReferenceStep): TemplateValue {
    switch (step.kind) {
      case "property":
        return propertyOf(value, step.name);
      case "index":
        return indexOf(value, this.#evaluate(step.index));
      case "method":
        return this.#method(value, step);
    }
  }

  /** A method that is not there gives nothing, as in Velocity. */
  #method(self: TemplateValue, step: Extract<ReferenceStep, { kind: "method" }>): TemplateValue {
    const values = step.values.map((one) => this.#evaluate(one));
    this.spend(costOf(self, step.name, values));
    return callMethod(self, step.name, values) ?? null;
  }

  #evaluate(expression: Expression): TemplateValue {
    this.spend();
    switch (expression.kind) {
      case "reference":
        return this.#reference(expression);
      case "literal":
        return expression.value;
      case "interpolation":
        return this.#capture(expression.body);
      case "list":
        return new TemplateList(expression.items.map((item) => this.#evaluate(item)));
      case "range":
        return this.#range(this.#evaluate(expression.from), this.#evaluate(expression.to));
      case "map":
        return new Map(
          expression.entries.map(([key, value]) => [toText(this.#evaluate(key)), this.#evaluate(value)]),
        );
      case "not":
        return !isTrue(this.#evaluate(expression.operand));
      case "minus":
        return negate(this.#evaluate(expression.operand));
      case "chain":
        return this.#chain(expression);
    }
  }

  #chain({ first, rest }: Extract<Expression, { kind: "chain" }>): TemplateValue {
    let value = this.#evaluate(first);
    for (const { operator, operand } of rest) {
      // The right side of these counts only when the left side leaves it open.
      if (operator === "||") value = isTrue(value) || isTrue(this.#evaluate(operand));
      else if (operator === "&&") value = isTrue(value) && isTrue(this.#evaluate(operand));
      else value = applyLink(value, operator, this.#evaluate(operand));
      this.#spendOn(value);
    }
    return value;
  }

  #range(from: TemplateValue, to: TemplateValue): TemplateValue {
    if (typeof from !== "number" || typeof to !== "number") return null;
    const length = Math.abs(to - from) + 1;
    if (!(length <= maximumRangeLength))
      throw new TemplateFault(`a range is longer than ${maximumRangeLength}`);
    this.spend(length);
    return new TemplateList(Array.from({ length }, (_, index) => (to < from ? from - index : from + index)));
  }

  /** A block's output as a value. */
  #capture(block: Block): string {
    return this.#nested(() => {
      const [output, length] = [this.#output, this.#length];
      this.#output = [];
      this.#length = 0;
      this.#block(block);
      const captured = this.#output.join("");
      this.#output = output;
      this.#length = length;
      return captured;
    });
  }

  /** Long texts cost more than short ones, and may not become too long. */
  #spendOn(value: TemplateValue): void {
    if (typeof value !== "string") return;
    checkLength(value.length);
    this.spend(value.length >> 8);
  }

  #write(text: string): void {
    this.#length += text.length;
    checkLength(this.#length);
    this.spend(text.length >> 8);
    this.#output.push(text);
  }

  /** Notes work done. Throws `TemplateFault` when it is too much. */
  spend(steps = 1): void {
    this.#steps += steps;
    if (this.#steps > maximumSteps) throw new TemplateFault(`it takes more than ${maximumSteps} steps`);
  }
}

function checkLength(length: number): void {
  if (length > maximumTextLength)
    throw new TemplateFault(`a text becomes longer than ${maximumTextLength} characters`);
}
