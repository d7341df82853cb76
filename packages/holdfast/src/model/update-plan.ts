import type { HoldfastError } from "../base/errors.ts";
import { formatPath } from "./attribute-path.ts";
import { checkOperand, checkPath } from "./condition-check.ts";
import { normaliseValue } from "./normal-item.ts";
import { maximumUpdateActions, maximumUpdateOperators } from "./table-limits.ts";
import { requestInvalid } from "./table-request-error.ts";
import type { AttributePath, UpdateAction, UpdateValue } from "./table-request.ts";

/** The actions as a tree of paths: a node either has an action or leads on, by names or by positions. */
export interface UpdateNode {
  readonly path: readonly (string | number)[];
  readonly names: ReadonlyMap<string, UpdateNode>;
  readonly positions: ReadonlyMap<number, UpdateNode>;
  readonly action?: UpdateAction;
}

interface GrowingNode extends UpdateNode {
  readonly names: Map<string, GrowingNode>;
  readonly positions: Map<number, GrowingNode>;
  action?: UpdateAction;
}

/** Throws `TABLE_REQUEST_INVALID` when two paths overlap, or take one place for a map and for a list. */
export function planUpdate(actions: readonly UpdateAction[]): UpdateNode {
  const root = createNode([]);
  for (const action of actions) {
    let node = root;
    for (const [depth, step] of action.path.entries()) {
      if (node.action !== undefined) throw overlap(node.action.path, action.path);
      node = childOf(node, step, action.path.slice(0, depth + 1));
    }
    const isTaken = node.action !== undefined || node.names.size + node.positions.size > 0;
    if (isTaken) throw overlap(node.action?.path ?? node.path, action.path);
    node.action = action;
  }
  return root;
}

/** Throws `TABLE_REQUEST_INVALID` for what DynamoDB refuses whatever the item holds. */
export function checkActions(actions: readonly UpdateAction[]): void {
  if (actions.length > maximumUpdateActions) {
    throw requestInvalid(`An update has ${actions.length} actions; ${maximumUpdateActions} are allowed`);
  }
  for (const action of actions) checkAction(action);
  planUpdate(actions);
}

function checkAction(action: UpdateAction): void {
  checkPath(action.path);
  switch (action.action) {
    case "set":
      return checkUpdateValue(action.value);
    case "remove":
      return;
    case "add":
      return checkLiteral(action, ["N", "SS", "NS", "BS"]);
    case "delete":
      return checkLiteral(action, ["SS", "NS", "BS"]);
    default:
      throw requestInvalid(`There is no action ${JSON.stringify((action as { action?: unknown }).action)}`);
  }
}

function checkLiteral(
  { action, value }: UpdateAction & { readonly action: "add" | "delete" },
  types: readonly string[],
): void {
  normaliseValue(value);
  if (!types.some((type) => type in value)) {
    throw requestInvalid(`"${action}" takes a value of type ${types.join(", ")}`);
  }
}

function checkUpdateValue(value: UpdateValue): void {
  const parts = [value];
  let operators = 0;
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    operators += 1;
    if (operators > maximumUpdateOperators) {
      throw requestInvalid(`One value of an update has more than ${maximumUpdateOperators} operators`);
    }
    if ("ifNotExists" in part) {
      checkPath(part.ifNotExists);
      parts.push(part.otherwise);
    } else if ("listAppend" in part) parts.push(...part.listAppend);
    else if ("plus" in part) parts.push(...part.plus);
    else if ("minus" in part) parts.push(...part.minus);
    else checkOperand(part);
  }
}

function createNode(path: readonly (string | number)[]): GrowingNode {
  return { path, names: new Map(), positions: new Map() };
}

function childOf(node: GrowingNode, step: string | number, path: readonly (string | number)[]): GrowingNode {
  const isPosition = typeof step === "number";
  if ((isPosition ? node.names : node.positions).size > 0) {
    throw requestInvalid(
      `Two actions conflict: one takes the value around ${formatPath(path)} for a list, one for a map`,
    );
  }
  const existing = isPosition ? node.positions.get(step) : node.names.get(step);
  if (existing !== undefined) return existing;
  const child = createNode(path);
  if (isPosition) node.positions.set(step, child);
  else node.names.set(step, child);
  return child;
}

function overlap(a: readonly (string | number)[], b: AttributePath): HoldfastError {
  return requestInvalid(`Two actions overlap: ${formatPath(a)} and ${formatPath(b)}`);
}
