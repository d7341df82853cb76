import type { AttributeValue, Item } from "../../src/model/attribute-value.ts";
import type { Condition, SortCondition, UpdateAction, Write } from "../../src/model/table-request.ts";

/**
 * What a table should do, said a second time in plain JavaScript: numbers are numbers, sets are Sets, order is found by
 * comparing. It shares no code with the stores; only the translations at the end know table requests.
 */
export interface Record {
  readonly id: string;
  readonly at: number;
  readonly group?: string;
  readonly rank?: number;
  readonly n?: number;
  readonly tags?: ReadonlySet<string>;
  /** Seconds since 1970. */
  readonly ttl?: number;
}

export type Test =
  | { readonly test: "there" | "absent" }
  | { readonly test: "n is" | "n is not" | "n below"; readonly n: number }
  | { readonly test: "has tag"; readonly tag: string }
  | { readonly test: "group begins"; readonly start: string };

export type Edit =
  | { readonly edit: "count"; readonly by: number }
  | { readonly edit: "set group"; readonly group: string }
  | { readonly edit: "set rank"; readonly rank: number }
  | { readonly edit: "drop group" }
  | { readonly edit: "tag" | "untag"; readonly tag: string };

export type PlainWrite = { readonly test?: Test } & (
  | { readonly write: "put"; readonly record: Record }
  | { readonly write: "delete"; readonly id: string; readonly at: number }
  | { readonly write: "update"; readonly id: string; readonly at: number; readonly edits: readonly Edit[] }
);

export interface Narrowing {
  readonly op: "<" | "<=" | "=" | ">=" | ">" | "between";
  readonly value: number;
  /** For `between`: no smaller. */
  readonly high: number;
}

export class TableModel {
  nowSeconds = 0;
  readonly #records = new Map<string, Record>();

  get(id: string, at: number): Record | undefined {
    return this.all().find((record) => record.id === id && record.at === at);
  }

  /** Everything that has not expired. */
  all(): readonly Record[] {
    return [...this.#records.values()].filter(({ ttl }) => ttl === undefined || ttl >= this.nowSeconds);
  }

  /** The records as they are now, or the position of the write whose test failed; nothing is written then. */
  write(writes: readonly PlainWrite[]): readonly (Record | undefined)[] | number {
    const befores = writes.map((write) => this.get(...placeOf(write)));
    const failed = writes.findIndex(({ test }, at) => test !== undefined && !passes(test, befores[at]));
    if (failed !== -1) return failed;
    return writes.map((write, at) => {
      const now = after(write, befores[at]);
      const [id, position] = placeOf(write);
      if (now === undefined) this.#records.delete(`${id}/${position}`);
      else this.#records.set(`${id}/${position}`, now);
      return now;
    });
  }

  query(id: string, narrowing: Narrowing | undefined, descending: boolean): readonly Record[] {
    const found = this.all().filter(
      (record) => record.id === id && (!narrowing || isWithin(narrowing, record.at)),
    );
    const inOrder = found.toSorted((a, b) => a.at - b.at);
    return descending ? inOrder.toReversed() : inOrder;
  }

  inGroup(group: string, descending: boolean): readonly Record[] {
    const found = this.all().filter((record) => record.group === group && record.rank !== undefined);
    const inOrder = found.toSorted(
      (a, b) => (a.rank ?? 0) - (b.rank ?? 0) || compareCodePoints(a.id, b.id) || a.at - b.at,
    );
    return descending ? inOrder.toReversed() : inOrder;
  }
}

export function placeOf(write: PlainWrite): readonly [string, number] {
  return write.write === "put" ? [write.record.id, write.record.at] : [write.id, write.at];
}

function after(write: PlainWrite, before: Record | undefined): Record | undefined {
  if (write.write === "put") return write.record;
  if (write.write === "delete") return undefined;
  const takesAway =
    write.edits.length > 0 && write.edits.every(({ edit }) => edit === "drop group" || edit === "untag");
  if (before === undefined && takesAway) return undefined;
  return write.edits.reduce(applyEdit, before ?? { id: write.id, at: write.at });
}

function applyEdit(record: Record, edit: Edit): Record {
  switch (edit.edit) {
    case "count":
      return { ...record, n: (record.n ?? 0) + edit.by };
    case "set group":
      return { ...record, group: edit.group };
    case "set rank":
      return { ...record, rank: edit.rank };
    case "drop group": {
      const { group: _, ...rest } = record;
      return rest;
    }
    case "tag":
      return { ...record, tags: new Set([...(record.tags ?? []), edit.tag]) };
    case "untag": {
      const { tags, ...rest } = record;
      const left = new Set([...(tags ?? [])].filter((tag) => tag !== edit.tag));
      return left.size === 0 ? rest : { ...rest, tags: left };
    }
  }
}

export function passes(test: Test, record: Record | undefined): boolean {
  switch (test.test) {
    case "there":
      return record !== undefined;
    case "absent":
      return record === undefined;
    case "n is":
      return record?.n === test.n;
    case "n is not":
      return record?.n !== test.n;
    case "n below":
      return record?.n !== undefined && record.n < test.n;
    case "has tag":
      return record?.tags?.has(test.tag) ?? false;
    case "group begins":
      return record?.group?.startsWith(test.start) ?? false;
  }
}

function isWithin({ op, value, high }: Narrowing, at: number): boolean {
  if (op === "<") return at < value;
  if (op === "<=") return at <= value;
  if (op === "=") return at === value;
  if (op === ">=") return at >= value;
  if (op === ">") return at > value;
  return at >= value && at <= high;
}

function compareCodePoints(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => Array.from(text, (character) => character.codePointAt(0) ?? 0));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at += 1) {
    const difference = (left?.[at] ?? -1) - (right?.[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

const number = (value: number): AttributeValue => ({ N: String(value) });

export function toItem({ id, at, group, rank, n, tags, ttl }: Record): Item {
  return {
    id: { S: id },
    at: number(at),
    ...(group !== undefined && { group: { S: group } }),
    ...(rank !== undefined && { rank: number(rank) }),
    ...(n !== undefined && { n: number(n) }),
    ...(tags !== undefined && { tags: { SS: [...tags] } }),
    ...(ttl !== undefined && { ttl: number(ttl) }),
  };
}

export function toRecord(item: Item): Record {
  const read = ([name, value]: [string, AttributeValue]): [string, unknown] => {
    if ("N" in value) return [name, Number(value.N)];
    if ("SS" in value) return [name, new Set(value.SS)];
    return [name, "S" in value ? value.S : value];
  };
  return Object.fromEntries(Object.entries(item).map(read)) as unknown as Record;
}

export function toWrite(table: string, write: PlainWrite): Write {
  const condition = write.test === undefined ? {} : { condition: toCondition(write.test) };
  if (write.write === "put") return { kind: "put", table, item: toItem(write.record), ...condition };
  const key: Item = { id: { S: write.id }, at: number(write.at) };
  if (write.write === "delete") return { kind: "delete", table, key, ...condition };
  return { kind: "update", table, key, actions: write.edits.map(toAction), ...condition };
}

export function toCondition(test: Test): Condition {
  switch (test.test) {
    case "there":
      return { op: "exists", path: ["id"] };
    case "absent":
      return { op: "not-exists", path: ["id"] };
    case "n is":
      return { op: "=", left: { path: ["n"] }, right: { value: number(test.n) } };
    case "n is not":
      return { op: "<>", left: { path: ["n"] }, right: { value: number(test.n) } };
    case "n below":
      return { op: ">", left: { value: number(test.n) }, right: { path: ["n"] } };
    case "has tag":
      return { op: "contains", path: ["tags"], operand: { value: { S: test.tag } } };
    case "group begins":
      return { op: "begins-with", path: ["group"], operand: { value: { S: test.start } } };
  }
}

export function toSort({ op, value, high }: Narrowing): SortCondition {
  return op === "between" ? { op, low: number(value), high: number(high) } : { op, value: number(value) };
}

function toAction(edit: Edit): UpdateAction {
  switch (edit.edit) {
    case "count":
      return { action: "add", path: ["n"], value: number(edit.by) };
    case "set group":
      return { action: "set", path: ["group"], value: { value: { S: edit.group } } };
    case "set rank":
      return { action: "set", path: ["rank"], value: { value: number(edit.rank) } };
    case "drop group":
      return { action: "remove", path: ["group"] };
    case "tag":
      return { action: "add", path: ["tags"], value: { SS: [edit.tag] } };
    case "untag":
      return { action: "delete", path: ["tags"], value: { SS: [edit.tag] } };
  }
}
