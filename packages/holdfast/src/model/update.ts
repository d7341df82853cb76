import type { HoldfastError } from "../base/errors.ts";
import { attributeOf, attributeTypeOf, setOwn, type AttributeValue, type Item } from "./attribute-value.ts";
import { formatPath, readPath } from "./attribute-path.ts";
import { isEmptySet, subtractSet, uniteSets } from "./attribute-set.ts";
import { readOperand } from "./condition.ts";
import { addNumbers, subtractNumbers } from "./decimal.ts";
import { requestInvalid } from "./table-request-error.ts";
import type { AttributePath, UpdateAction, UpdateValue } from "./table-request.ts";
import { planUpdate, type UpdateNode } from "./update-plan.ts";

/**
 * The item after the actions, which all read the item as it was; list positions too are those before the update.
 * An absent item is made from its key, unless every action takes something away: then it stays absent (DynamoDB's
 * UpdateItem). The actions must have passed `checkActions`. Throws `TABLE_REQUEST_INVALID` when they do not fit the
 * item: a path into nothing, an operand that is absent or of the wrong type, a number out of range.
 */
export function applyUpdate(
  item: Item | undefined,
  key: Item,
  actions: readonly UpdateAction[],
): Item | undefined {
  if (item !== undefined) return rebuildAttributes(item, planUpdate(actions), item);
  const adding = actions.filter(({ action }) => action === "set" || action === "add");
  if (adding.length === 0 && actions.length > 0) return undefined;
  return rebuildAttributes(key, planUpdate(adding), undefined);
}

/** `before` is the whole item as it was: what the actions read. */
function rebuildAttributes(attributes: Item, plan: UpdateNode, before: Item | undefined): Item {
  const rebuilt: Record<string, AttributeValue> = {};
  const names = new Set([...Object.keys(attributes), ...plan.names.keys()]);
  for (const name of names) {
    const node = plan.names.get(name);
    const value = attributeOf(attributes, name);
    const now = node === undefined ? value : rebuild(value, node, before);
    if (now !== undefined) setOwn(rebuilt, name, now);
  }
  return rebuilt;
}

/** What stands there after the update; `undefined` when nothing does. */
function rebuild(
  value: AttributeValue | undefined,
  node: UpdateNode,
  before: Item | undefined,
): AttributeValue | undefined {
  if (node.action !== undefined) return carryOut(node.action, value, before);
  if (node.names.size > 0 && value !== undefined && "M" in value) {
    return { M: rebuildAttributes(value.M, node, before) };
  }
  if (node.positions.size > 0 && value !== undefined && "L" in value) {
    return { L: rebuildList(value.L, node, before) };
  }
  throw requestInvalid(`The item has nothing at ${formatPath(node.path)} that an update could change inside`);
}

/** A `set` beyond the end appends, in order of position; a `remove` there does nothing. */
function rebuildList(
  elements: readonly AttributeValue[],
  node: UpdateNode,
  before: Item | undefined,
): AttributeValue[] {
  const kept = elements.flatMap((element, position) => {
    const child = node.positions.get(position);
    const now = child === undefined ? element : rebuild(element, child, before);
    return now === undefined ? [] : [now];
  });
  const beyond = [...node.positions]
    .filter(([position]) => position >= elements.length)
    .toSorted(([a], [b]) => a - b);
  const appended = beyond.flatMap(([, child]) => rebuild(undefined, child, before) ?? []);
  return [...kept, ...appended];
}

function carryOut(
  action: UpdateAction,
  value: AttributeValue | undefined,
  before: Item | undefined,
): AttributeValue | undefined {
  switch (action.action) {
    case "set":
      return evaluate(action.value, before);
    case "remove":
      return undefined;
    case "add":
      return value === undefined ? action.value : add(value, action.value, action.path);
    case "delete":
      return value === undefined ? undefined : takeOut(value, action.value, action.path);
  }
}

function evaluate(value: UpdateValue, before: Item | undefined): AttributeValue {
  if ("ifNotExists" in value) return readPath(before, value.ifNotExists) ?? evaluate(value.otherwise, before);
  if ("listAppend" in value) {
    const [first, second] = value.listAppend;
    return { L: [...listOf(evaluate(first, before)), ...listOf(evaluate(second, before))] };
  }
  if ("plus" in value) {
    const [a, b] = value.plus;
    return { N: addNumbers(numberOf(evaluate(a, before)), numberOf(evaluate(b, before))) };
  }
  if ("minus" in value) {
    const [a, b] = value.minus;
    return { N: subtractNumbers(numberOf(evaluate(a, before)), numberOf(evaluate(b, before))) };
  }
  const found = readOperand(value, before);
  if (found === undefined) throw requestInvalid("An update reads an attribute that the item does not have");
  return found;
}

function add(value: AttributeValue, more: AttributeValue, path: AttributePath): AttributeValue {
  if ("N" in value && "N" in more) return { N: addNumbers(value.N, more.N) };
  const united = uniteSets(value, more);
  if (united === undefined) throw wrongType("add", more, value, path);
  return united;
}

/** A set that loses its last member goes altogether. */
function takeOut(
  value: AttributeValue,
  less: AttributeValue,
  path: AttributePath,
): AttributeValue | undefined {
  const left = subtractSet(value, less);
  if (left === undefined) throw wrongType("delete", less, value, path);
  return isEmptySet(left) ? undefined : left;
}

function listOf(value: AttributeValue): readonly AttributeValue[] {
  if (!("L" in value)) throw requestInvalid(`Only lists are appended to, not ${attributeTypeOf(value)}`);
  return value.L;
}

function numberOf(value: AttributeValue): string {
  if (!("N" in value)) throw requestInvalid(`Only numbers are added, not ${attributeTypeOf(value)}`);
  return value.N;
}

function wrongType(
  action: string,
  operand: AttributeValue,
  value: AttributeValue,
  path: AttributePath,
): HoldfastError {
  return requestInvalid(
    `"${action}" does not go with ${attributeTypeOf(operand)} where ${formatPath(path)} is ${attributeTypeOf(value)}`,
  );
}
