import { describe, expect, it } from "vitest";

import type { AttributeValue, Item } from "./attribute-value.ts";
import type { AttributePath, UpdateAction, UpdateValue } from "./table-request.ts";
import { checkActions } from "./update-plan.ts";
import { applyUpdate } from "./update.ts";

const key: Item = { id: { S: "a" } };
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const numbers = (...values: number[]): AttributeValue => ({
  L: values.map((value) => ({ N: String(value) })),
});

const set = (path: AttributePath, value: UpdateValue | AttributeValue): UpdateAction => ({
  action: "set",
  path,
  value: isAttributeValue(value) ? { value } : value,
});
const remove = (...path: [string, ...(string | number)[]]): UpdateAction => ({ action: "remove", path });
const add = (path: AttributePath, value: AttributeValue): UpdateAction => ({ action: "add", path, value });
const takeOut = (path: AttributePath, value: AttributeValue): UpdateAction => ({
  action: "delete",
  path,
  value,
});

function isAttributeValue(value: UpdateValue | AttributeValue): value is AttributeValue {
  return ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"].some((type) => type in value);
}

/** The attributes after the update, without the key. */
function update(attributes: Item, ...actions: UpdateAction[]): Item | undefined {
  checkActions(actions);
  const updated = applyUpdate({ ...key, ...attributes }, key, actions);
  if (updated === undefined) return undefined;
  const { id, ...others } = updated;
  expect(id).toEqual(key["id"]);
  return others;
}

const refusal = expect.objectContaining({ code: "TABLE_REQUEST_INVALID" }) as Error;

describe("applyUpdate: set", () => {
  it("stores literals, and copies of what the item held before", () => {
    expect(update({ a: { S: "x" } }, set(["b"], { path: ["a"] }), set(["a"], { N: "1" }))).toEqual({
      a: { N: "1" },
      b: { S: "x" },
    });
    expect(
      update({ a: { N: "1" }, b: { N: "2" } }, set(["a"], { path: ["b"] }), set(["b"], { path: ["a"] })),
    ).toEqual({
      a: { N: "2" },
      b: { N: "1" },
    });
    expect(update({ a: { S: "x" } }, remove("a"), set(["b"], { path: ["a"] }))).toEqual({ b: { S: "x" } });
  });

  it("adds, subtracts, appends and falls back", () => {
    const one = { value: { N: "1" } };
    expect(update({ n: { N: "5" } }, set(["n"], { plus: [{ path: ["n"] }, one] }))).toEqual({
      n: { N: "6" },
    });
    expect(update({ n: { N: "5" } }, set(["n"], { minus: [one, { path: ["n"] }] }))).toEqual({
      n: { N: "-4" },
    });
    expect(
      update({ l: numbers(1) }, set(["l"], { listAppend: [{ path: ["l"] }, { value: numbers(2, 3) }] })),
    ).toEqual({
      l: numbers(1, 2, 3),
    });
    const counted: UpdateValue = { plus: [{ ifNotExists: ["n"], otherwise: { value: { N: "10" } } }, one] };
    expect(update({}, set(["n"], counted))).toEqual({ n: { N: "11" } });
    expect(update({ n: { N: "1" } }, set(["n"], counted))).toEqual({ n: { N: "2" } });
    expect(update({ l: numbers(1, 2) }, set(["count"], { size: ["l"] }))).toEqual({
      l: numbers(1, 2),
      count: { N: "2" },
    });
  });

  it("replaces what stands at a nested path, and makes what stood beside it", () => {
    const before: Item = { a: { M: { b: { N: "3" }, c: { L: [{ S: "hi" }, { M: { x: { N: "1" } } }] } } } };
    expect(
      update(
        before,
        set(["a", "c", 1, "x"], { path: ["a", "b"] }),
        set(["a", "d"], { S: "new" }),
        set(["a", "b"], { NULL: true }),
      ),
    ).toEqual({
      a: { M: { b: { NULL: true }, c: { L: [{ S: "hi" }, { M: { x: { N: "3" } } }] }, d: { S: "new" } } },
    });
  });

  it("appends what is set beyond a list's end, in the order of the positions", () => {
    const actions = [84, 37, 17, 50].map((position) => set(["l", position], { N: String(position) }));
    expect(update({ l: numbers(1, 2) }, ...actions)).toEqual({ l: numbers(1, 2, 17, 37, 50, 84) });
  });

  it("counts positions as they were before the update", () => {
    for (const order of [1, -1]) {
      const actions = [remove("l", 1), set(["l", 3], { N: "17" })];
      expect(
        update({ l: numbers(2, 3, 4, 5, 6) }, ...(order === 1 ? actions : actions.toReversed())),
      ).toEqual({
        l: numbers(2, 4, 17, 6),
      });
    }
  });

  it("takes any name for a name", () => {
    const updated = update({}, set(["__proto__"], { S: "x" }), set(["constructor"], { S: "y" })) ?? {};
    expect(Object.getOwnPropertyNames(updated)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(updated)).toBe(Object.prototype);
  });

  it.each<[string, Item, UpdateAction]>([
    ["an operand that is absent", {}, set(["a"], { path: ["b"] })],
    ["a sum of text", { a: { S: "1" } }, set(["a"], { plus: [{ path: ["a"] }, { value: { N: "1" } }] })],
    [
      "a list joined to what is none",
      { a: { S: "1" } },
      set(["a"], { listAppend: [{ path: ["a"] }, { value: numbers() }] }),
    ],
    ["a path into nothing", {}, set(["a", "b"], { N: "1" })],
    ["a path into text", { a: { S: "x" } }, set(["a", "b"], { N: "1" })],
    ["a name in a list", { a: numbers(1) }, set(["a", "b"], { N: "1" })],
    ["a position in a map", { a: { M: {} } }, set(["a", 0], { N: "1" })],
    ["a path through a list's missing element", { a: numbers(1) }, set(["a", 5, "b"], { N: "1" })],
    ["a removal from nothing", {}, remove("a", "b")],
    ["a removal from text", { a: { S: "x" } }, remove("a", 0)],
    ["a sum that 38 digits cannot hold", { a: { N: "1e50" } }, add(["a"], { N: "1" })],
  ])("refuses %s", (_, attributes, action) => {
    expect(() => update(attributes, action)).toThrow(refusal);
  });
});

describe("applyUpdate: remove", () => {
  it("takes attributes, members of maps and elements of lists", () => {
    const before: Item = { a: { M: { b: { N: "1" }, c: numbers(3, 5, 7) } }, d: { S: "x" }, e: { S: "y" } };
    expect(update(before, remove("a", "b"), remove("a", "c", 1), remove("d"))).toEqual({
      a: { M: { c: numbers(3, 7) } },
      e: { S: "y" },
    });
  });

  it("leaves empty maps and lists behind, and minds nothing that is not there", () => {
    expect(update({ a: { M: { b: { N: "1" } } }, l: numbers(1) }, remove("a", "b"), remove("l", 0))).toEqual({
      a: { M: {} },
      l: { L: [] },
    });
    expect(update({ a: { M: {} }, l: numbers(1) }, remove("a", "x"), remove("l", 7), remove("z"))).toEqual({
      a: { M: {} },
      l: numbers(1),
    });
  });
});

describe("applyUpdate: add and delete", () => {
  it("adds to numbers, absent ones counting as 0", () => {
    expect(update({ n: { N: "3" } }, add(["n"], { N: "-4.5" }), add(["m"], { N: "7" }))).toEqual({
      n: { N: "-1.5" },
      m: { N: "7" },
    });
  });

  it("unites sets of one type", () => {
    expect(update({ s: { SS: ["a", "b"] } }, add(["s"], { SS: ["b", "c"] }))).toEqual({
      s: { SS: ["a", "b", "c"] },
    });
    expect(update({ s: { NS: ["1", "2"] } }, add(["s"], { NS: ["2.0", "3"] }))).toEqual({
      s: { NS: ["1", "2", "3"] },
    });
    expect(update({ s: { BS: [bytes(1)] } }, add(["s"], { BS: [bytes(1), bytes(2)] }))).toEqual({
      s: { BS: [bytes(1), bytes(2)] },
    });
    expect(update({}, add(["s"], { SS: ["a"] }))).toEqual({ s: { SS: ["a"] } });
    expect(update({ m: { M: { s: { SS: ["a"] } } } }, add(["m", "s"], { SS: ["b"] }))).toEqual({
      m: { M: { s: { SS: ["a", "b"] } } },
    });
  });

  it("takes members out, and the set when none is left", () => {
    const before: Item = { s: { SS: ["a", "b"] }, n: { NS: ["1", "2"] }, b: { BS: [bytes(1)] } };
    expect(
      update(
        before,
        takeOut(["s"], { SS: ["b", "z"] }),
        takeOut(["n"], { NS: ["2.0", "1e0"] }),
        takeOut(["x"], { SS: ["a"] }),
      ),
    ).toEqual({ s: { SS: ["a"] }, b: { BS: [bytes(1)] } });
  });

  it.each<[string, Item, UpdateAction]>([
    ["a number added to text", { a: { S: "x" } }, add(["a"], { N: "1" })],
    ["a set added to a list", { a: numbers(1) }, add(["a"], { NS: ["1"] })],
    ["a set added to one of another type", { a: { SS: ["1"] } }, add(["a"], { NS: ["1"] })],
    ["a set taken from one of another type", { a: { SS: ["1"] } }, takeOut(["a"], { NS: ["1"] })],
    ["a set taken from text", { a: { S: "x" } }, takeOut(["a"], { SS: ["x"] })],
  ])("refuses %s", (_, attributes, action) => {
    expect(() => update(attributes, action)).toThrow(refusal);
  });
});

describe("applyUpdate of an absent item", () => {
  it("makes it from the key", () => {
    expect(applyUpdate(undefined, key, [])).toEqual(key);
    expect(applyUpdate(undefined, key, [add(["n"], { N: "1" }), remove("x", "y")])).toEqual({
      ...key,
      n: { N: "1" },
    });
  });

  it("leaves it absent when everything only takes away, as DynamoDB does", () => {
    expect(applyUpdate(undefined, key, [remove("a")])).toBeUndefined();
    expect(applyUpdate(undefined, key, [remove("a", "b"), takeOut(["s"], { SS: ["a"] })])).toBeUndefined();
  });

  it("does not let its key be read: there was no item", () => {
    expect(() => applyUpdate(undefined, key, [set(["copy"], { path: ["id"] })])).toThrow(refusal);
  });
});

describe("checkActions", () => {
  const one: AttributeValue = { N: "1" };
  it.each<[string, UpdateAction[]]>([
    ["one path twice", [set(["a"], one), set(["a"], one)]],
    ["one path set and removed", [remove("a"), set(["a"], one)]],
    ["a path and one inside it", [set(["a", "b"], one), set(["a", "b", "c", 1], one)]],
    ["a path inside one and it", [set(["a", 1, 1], one), set(["a", 1], one)]],
    ["a map and a list at one place", [set(["a", "b"], one), set(["a", 1], one)]],
    ["a set to add that is a list", [add(["a"], numbers(1))]],
    ["text to add", [add(["a"], { S: "x" })]],
    ["a number to delete", [takeOut(["a"], one)]],
    ["an empty set", [takeOut(["a"], { SS: [] })]],
    ["a literal that is malformed", [set(["a"], { plus: [{ value: { N: "x" } }, { value: one }] })]],
    ["an unknown action", [{ action: "put", path: ["a"], value: one } as unknown as UpdateAction]],
    ["an empty path", [{ action: "remove", path: [] } as unknown as UpdateAction]],
    ["too many actions", Array.from({ length: 301 }, (_, at) => remove(`a${at}`))],
  ])("refuses %s", (_, actions) => {
    expect(() => checkActions(actions)).toThrow(refusal);
  });

  it("lets paths through that only share a beginning", () => {
    const actions = [
      set(["a", "b"], one),
      set(["a", "c", "d"], one),
      remove("a", "x"),
      set(["l", 1], one),
      remove("l", 0),
    ];
    expect(() => checkActions(actions)).not.toThrow();
  });
});
