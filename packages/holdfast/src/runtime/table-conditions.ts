import { HoldfastError } from "../base/errors.ts";
import type { Comparator, Condition, SortCondition, UpdateAction } from "../model/table-request.ts";
import { toAttribute } from "./marshal.ts";

/**
 * When a write may happen: `"absent"` (no such item yet), `"present"`, or what its attributes must be.
 * All of an object's members must hold.
 */
export type TableCondition<Item> =
  | "absent"
  | "present"
  | { readonly [Name in keyof Item]?: AttributeTest<Item[Name]> };

/** A value stands for equality, a set too. Plain objects are operators; `{ eq: value }` compares with an object. */
export type AttributeTest<Value> = unknown extends Value
  ? unknown
  :
      | Extract<Value, string | number | bigint | boolean | null | Uint8Array | ReadonlySet<unknown>>
      | AttributeOperators<Value>;

export interface AttributeOperators<Value> {
  readonly eq?: Value;
  readonly ne?: Value;
  readonly lt?: Value;
  readonly lte?: Value;
  readonly gt?: Value;
  readonly gte?: Value;
  readonly between?: readonly [Value, Value];
  readonly in?: readonly Value[];
  readonly beginsWith?: string;
  /** Part of a text, or a member of a set or list. */
  readonly contains?: unknown;
  readonly exists?: boolean;
}

const comparators = { eq: "=", ne: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const satisfies Record<
  string,
  Comparator
>;

const operators: readonly string[] = [
  ...Object.keys(comparators),
  "between",
  "in",
  "beginsWith",
  "contains",
  "exists",
];

export function toCondition<Item>(condition: TableCondition<Item>, keyName: string): Condition {
  if (condition === "absent") return { op: "not-exists", path: [keyName] };
  if (condition === "present") return { op: "exists", path: [keyName] };
  const tests = Object.entries(condition).flatMap(([name, test]) =>
    test === undefined ? [] : attributeTests(name, test),
  );
  if (tests.length === 0) throw invalid("a condition names no attribute");
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : { op: "and", of: tests };
}

function attributeTests(name: string, test: unknown): Condition[] {
  if (!isOperators(test))
    return [{ op: "=", left: { path: [name] }, right: { value: toAttribute(test, name) } }];
  if (Object.keys(test).length === 0)
    throw invalid(
      `The condition on "${name}" is an empty object, which tests nothing`,
      `Write { ${name}: { eq: {} } } to compare with one, or leave "${name}" out.`,
    );
  return Object.entries(test).map(([operator, value]) => operatorTest(name, operator, value));
}

function operatorTest(name: string, operator: string, value: unknown): Condition {
  const operand = { path: [name] } as const;
  if (isComparator(operator)) {
    return { op: comparators[operator], left: operand, right: { value: toAttribute(value, name) } };
  }
  if (operator === "exists" && typeof value === "boolean")
    return { op: value ? "exists" : "not-exists", path: [name] };
  if (operator === "beginsWith")
    return { op: "begins-with", path: [name], operand: { value: toAttribute(value, name) } };
  if (operator === "contains")
    return { op: "contains", path: [name], operand: { value: toAttribute(value, name) } };
  if (operator === "in" && Array.isArray(value)) {
    return { op: "in", operand, of: value.map((one) => ({ value: toAttribute(one, name) })) };
  }
  if (operator === "between" && isPair(value)) {
    return {
      op: "between",
      operand,
      low: { value: toAttribute(value[0], name) },
      high: { value: toAttribute(value[1], name) },
    };
  }
  if (!operators.includes(operator))
    throw invalid(
      `"${operator}" of attribute "${name}" is no operator`,
      `The operators are ${operators.join(", ")}. Write { eq: value } to compare with an object.`,
    );
  throw invalid(`The value of operator "${operator}" of attribute "${name}" is of the wrong shape`);
}

/** How a query narrows the sort key: a value for equality, or one operator. */
export type SortTest<Value> = unknown extends Value ? unknown : SortValueTest<Value>;

type SortValueTest<Value> =
  | Extract<Value, string | number | bigint | Uint8Array>
  | { readonly eq: Value }
  | { readonly lt: Value }
  | { readonly lte: Value }
  | { readonly gt: Value }
  | { readonly gte: Value }
  | { readonly between: readonly [Value, Value] }
  | { readonly beginsWith: string };

export function toSortCondition(name: string, test: unknown): SortCondition {
  if (!isOperators(test)) return { op: "=", value: toAttribute(test, name) };
  const [entry, ...rest] = Object.entries(test);
  if (entry === undefined || rest.length > 0) throw invalid(`sort key "${name}" takes exactly one operator`);
  const [operator, value] = entry;
  if (operator === "between" && isPair(value)) {
    return { op: "between", low: toAttribute(value[0], name), high: toAttribute(value[1], name) };
  }
  if (operator === "beginsWith") return { op: "begins-with", value: toAttribute(value, name) };
  if (isComparator(operator) && operator !== "ne")
    return { op: comparators[operator], value: toAttribute(value, name) };
  throw invalid(`"${operator}" cannot narrow sort key "${name}"`);
}

/** What an update does to an item. Attributes it does not name stay as they are. */
export interface TableUpdate<Item> {
  readonly set?: { readonly [Name in keyof Item]?: Item[Name] };
  readonly remove?: readonly (keyof Item & string)[];
  /** Adds to numbers (an absent one counts as 0) and unites sets. */
  readonly add?: {
    readonly [Name in keyof Item]?: Extract<Item[Name], number | bigint | ReadonlySet<unknown>>;
  };
  /** Takes members out of sets. */
  readonly delete?: { readonly [Name in keyof Item]?: Extract<Item[Name], ReadonlySet<unknown>> };
}

export function toUpdateActions<Item>(update: TableUpdate<Item>): UpdateAction[] {
  const actions: UpdateAction[] = [];
  for (const [name, value] of entries(update.set)) {
    actions.push({ action: "set", path: [name], value: { value: toAttribute(value, name) } });
  }
  for (const name of update.remove ?? []) actions.push({ action: "remove", path: [name] });
  for (const [name, value] of entries(update.add))
    actions.push({ action: "add", path: [name], value: toAttribute(value, name) });
  for (const [name, value] of entries(update.delete)) {
    actions.push({ action: "delete", path: [name], value: toAttribute(value, name) });
  }
  if (actions.length === 0) throw invalid("an update changes nothing");
  return actions;
}

function entries(members: object | undefined): [string, unknown][] {
  return Object.entries(members ?? {}).filter(([, value]) => value !== undefined);
}

function isOperators(test: unknown): test is Record<string, unknown> {
  if (typeof test !== "object" || test === null) return false;
  const prototype: unknown = Object.getPrototypeOf(test);
  return prototype === Object.prototype || prototype === null;
}

function isComparator(operator: string): operator is keyof typeof comparators {
  return Object.hasOwn(comparators, operator);
}

function isPair(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

function invalid(message: string, hint?: string): HoldfastError {
  return new HoldfastError("TABLE_REQUEST_INVALID", message, hint === undefined ? {} : { hint });
}
