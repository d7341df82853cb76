import { describe, expect, it } from "vitest";

import type { AttributeValue, Item } from "./attribute-value.ts";
import { checkCondition } from "./condition-check.ts";
import { evaluateCondition } from "./condition.ts";
import type { Comparator, Condition, Operand } from "./table-request.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

const item: Item = {
  id: { S: "a" },
  one: { N: "1" },
  two: { N: "2" },
  text: { S: "hello" },
  blob: { B: bytes(1, 2, 3) },
  yes: { BOOL: true },
  nil: { NULL: true },
  texts: { SS: ["cat", "dog"] },
  numbers: { NS: ["2", "4", "7"] },
  blobs: { BS: [bytes(1), bytes(2)] },
  list: { L: [{ N: "2" }, { S: "dog" }, { SS: ["a", "b"] }] },
  map: { M: { inner: { L: [{ N: "-1" }, { N: "5" }] }, name: { S: "x" } } },
};

const at = (...path: [string, ...(string | number)[]]): Operand => ({ path });
const literal = (value: AttributeValue): Operand => ({ value });
const compare = (left: Operand, op: Comparator, right: Operand): Condition => ({ op, left, right });
const holds = (condition: Condition, of: Item | undefined = item): boolean => {
  checkCondition(condition);
  return evaluateCondition(condition, of);
};

/** One value of each type, no two equal. */
const samples: readonly AttributeValue[] = [
  { S: "1" },
  { N: "1" },
  { B: bytes(49) },
  { BOOL: true },
  { NULL: true },
  { SS: ["1"] },
  { NS: ["1"] },
  { BS: [bytes(49)] },
  { L: [{ N: "1" }] },
  { M: { one: { N: "1" } } },
];

describe("evaluateCondition", () => {
  it("finds equal what has the same type and value, and nothing else", () => {
    for (const [position, a] of samples.entries()) {
      for (const [other, b] of samples.entries()) {
        expect(holds(compare(literal(a), "=", literal(b)))).toBe(position === other);
        expect(holds(compare(literal(a), "<>", literal(b)))).toBe(position !== other);
      }
    }
  });

  it("compares sets without regard to order, and lists with it", () => {
    expect(holds(compare(at("texts"), "=", literal({ SS: ["dog", "cat"] })))).toBe(true);
    expect(holds(compare(at("numbers"), "=", literal({ NS: ["7.0", "4", "2"] })))).toBe(true);
    expect(holds(compare(at("blobs"), "=", literal({ BS: [bytes(2), bytes(1)] })))).toBe(true);
    expect(holds(compare(at("texts"), "=", literal({ SS: ["dog"] })))).toBe(false);
    const [first, second, third] = (item["list"] as { L: AttributeValue[] }).L as [
      AttributeValue,
      AttributeValue,
      AttributeValue,
    ];
    expect(holds(compare(at("list"), "=", literal({ L: [first, second, third] })))).toBe(true);
    expect(holds(compare(at("list"), "=", literal({ L: [second, first, third] })))).toBe(false);
  });

  it("compares maps without regard to the order of names, numbers by value", () => {
    const other = { M: { name: { S: "x" }, inner: { L: [{ N: "-1.0" }, { N: "5" }] } } };
    expect(holds(compare(at("map"), "=", literal(other)))).toBe(true);
    expect(holds(compare(literal({ N: "1.50" }), "=", literal({ N: "15e-1" })))).toBe(true);
  });

  it.each([
    ["<", true, false, false],
    ["<=", true, true, false],
    [">", false, false, true],
    [">=", false, true, true],
  ] as const)("orders numbers, text and bytes by %s", (op, below, same, above) => {
    const triples: [AttributeValue, AttributeValue, AttributeValue][] = [
      [{ N: "-10" }, { N: "9" }, { N: "10" }],
      [{ S: "cat" }, { S: "dog" }, { S: "dogs" }],
      [{ S: "\uFF5E" }, { S: "\u{1F600}" }, { S: "\u{1F601}" }],
      [{ B: bytes(1) }, { B: bytes(1, 0) }, { B: bytes(200) }],
    ];
    for (const [low, middle, high] of triples) {
      expect(holds(compare(literal(low), op, literal(middle)))).toBe(below);
      expect(holds(compare(literal(middle), op, literal(middle)))).toBe(same);
      expect(holds(compare(literal(high), op, literal(middle)))).toBe(above);
    }
  });

  it("finds an order between values of two types, or of none, in neither direction", () => {
    for (const op of ["<", "<=", ">", ">="] as const) {
      expect(holds(compare(at("one"), op, literal({ S: "17" })))).toBe(false);
      expect(holds(compare(literal({ S: "17" }), op, at("one")))).toBe(false);
      for (const name of ["yes", "nil", "texts", "list", "map"]) {
        expect(holds(compare(at(name), op, at(name)))).toBe(false);
      }
    }
  });

  it("finds every comparison with something absent false, save <>", () => {
    for (const subject of [item, undefined]) {
      for (const op of ["=", "<", "<=", ">", ">="] as const) {
        expect(holds(compare(at("gone"), op, literal({ N: "1" })), subject)).toBe(false);
        expect(holds(compare(literal({ N: "1" }), op, at("gone")), subject)).toBe(false);
        expect(holds(compare(at("gone"), op, at("away")), subject)).toBe(false);
      }
      expect(holds(compare(at("gone"), "<>", literal({ N: "1" })), subject)).toBe(true);
      expect(holds(compare(at("gone"), "<>", at("away")), subject)).toBe(true);
      expect(holds({ op: "between", operand: at("gone"), low: at("x"), high: at("y") }, subject)).toBe(false);
      expect(holds({ op: "in", operand: at("gone"), of: [at("away")] }, subject)).toBe(false);
      expect(holds({ op: "contains", path: ["gone"], operand: literal({ S: "a" }) }, subject)).toBe(false);
      expect(holds({ op: "begins-with", path: ["gone"], operand: literal({ S: "" }) }, subject)).toBe(false);
      expect(holds({ op: "type", path: ["gone"], type: "NULL" }, subject)).toBe(false);
    }
  });

  it("follows paths into lists and maps, and no further than they lead", () => {
    expect(holds(compare(at("map", "inner", 1), ">", at("map", "inner", 0)))).toBe(true);
    expect(holds({ op: "exists", path: ["map", "inner", 1] })).toBe(true);
    for (const path of [
      ["map", "inner", 2],
      ["map", "inner", "0"],
      ["map", 0],
      ["list", "0"],
      ["text", 0],
      ["text", "length"],
      ["map", "constructor"],
      ["toString"],
      ["__proto__"],
    ] as [string, ...(string | number)[]][]) {
      expect(holds({ op: "exists", path })).toBe(false);
      expect(holds({ op: "not-exists", path })).toBe(true);
    }
  });

  it("takes a NULL for there, and nothing in an absent item", () => {
    expect(holds({ op: "exists", path: ["nil"] })).toBe(true);
    expect(evaluateCondition({ op: "not-exists", path: ["id"] }, undefined)).toBe(true);
    expect(evaluateCondition({ op: "exists", path: ["id"] }, undefined)).toBe(false);
  });

  it("knows each type by name", () => {
    const types = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"] as const;
    for (const [position, value] of samples.entries()) {
      for (const [other, type] of types.entries()) {
        expect(holds({ op: "type", path: ["v"], type }, { v: value })).toBe(position === other);
      }
    }
  });

  it("takes both bounds of between in", () => {
    const between = (low: string, high: string): boolean =>
      holds({ op: "between", operand: at("two"), low: literal({ N: low }), high: literal({ N: high }) });
    expect([between("1", "2"), between("2", "3"), between("2", "2"), between("3", "4")]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(holds({ op: "between", operand: at("one"), low: at("two"), high: at("one") })).toBe(false);
    expect(holds({ op: "between", operand: at("one"), low: at("list"), high: at("list") })).toBe(false);
  });

  it("finds a value among operands of any types", () => {
    expect(holds({ op: "in", operand: at("two"), of: [literal({ S: "2" }), literal({ N: "2.0" })] })).toBe(
      true,
    );
    expect(holds({ op: "in", operand: at("list"), of: [at("list")] })).toBe(true);
    expect(holds({ op: "in", operand: at("two"), of: [literal({ S: "2" })] })).toBe(false);
  });

  it("tells how text and bytes begin", () => {
    const begins = (path: string, operand: Operand): boolean =>
      holds({ op: "begins-with", path: [path], operand });
    expect(begins("text", literal({ S: "hell" }))).toBe(true);
    expect(begins("text", literal({ S: "ell" }))).toBe(false);
    expect(begins("blob", literal({ B: bytes(1, 2) }))).toBe(true);
    expect(begins("blob", literal({ B: bytes(2) }))).toBe(false);
    expect(begins("blob", literal({ S: "\u0001" }))).toBe(false);
    expect(begins("one", literal({ S: "1" }))).toBe(false);
    expect(begins("text", at("two"))).toBe(false);
  });

  it("finds text in text, bytes in bytes, members in sets and any value in lists", () => {
    const has = (path: string, value: AttributeValue): boolean =>
      holds({ op: "contains", path: [path], operand: literal(value) });
    expect(has("text", { S: "ell" })).toBe(true);
    expect(has("text", { S: "elo" })).toBe(false);
    expect(has("blob", { B: bytes(2, 3) })).toBe(true);
    expect(has("blob", { B: bytes(1, 3) })).toBe(false);
    expect(has("texts", { S: "dog" })).toBe(true);
    expect(has("texts", { S: "do" })).toBe(false);
    expect(has("numbers", { N: "4.0" })).toBe(true);
    expect(has("numbers", { S: "4" })).toBe(false);
    expect(has("blobs", { B: bytes(2) })).toBe(true);
    expect(has("list", { SS: ["b", "a"] })).toBe(true);
    expect(has("list", { S: "2" })).toBe(false);
    expect(has("map", { S: "x" })).toBe(false);
  });

  it("counts characters, bytes and members, and gives other types no size", () => {
    const size = (path: string): Operand => ({ size: [path] });
    const sizes = { text: "5", blob: "3", texts: "2", numbers: "3", blobs: "2", list: "3", map: "2" };
    for (const [name, count] of Object.entries(sizes)) {
      expect(holds(compare(size(name), "=", literal({ N: count })))).toBe(true);
    }
    for (const name of ["one", "yes", "nil", "gone"]) {
      expect(holds(compare(size(name), ">=", literal({ N: "0" })))).toBe(false);
    }
    expect(holds(compare(size("text"), "=", literal({ S: "5" })))).toBe(false);
    expect(holds(compare({ size: ["v"] }, "=", literal({ N: "2" })), { v: { S: "\u{1F600}é" } })).toBe(true);
  });

  it("joins and turns conditions", () => {
    const yes: Condition = { op: "exists", path: ["id"] };
    const no: Condition = { op: "not-exists", path: ["id"] };
    expect(holds({ op: "and", of: [yes, yes] })).toBe(true);
    expect(holds({ op: "and", of: [yes, no] })).toBe(false);
    expect(holds({ op: "or", of: [no, yes] })).toBe(true);
    expect(holds({ op: "or", of: [no, no] })).toBe(false);
    expect(holds({ op: "not", of: { op: "not", of: yes } })).toBe(true);
  });
});

describe("checkCondition", () => {
  const refused: readonly (readonly [string, unknown])[] = [
    ["a literal without an order", compare(at("one"), "<", literal({ L: [] }))],
    ["a literal without an order on the left", compare(literal({ BOOL: true }), ">=", at("one"))],
    ["a bound without an order", { op: "between", operand: at("a"), low: literal({ L: [] }), high: at("b") }],
    [
      "bounds the wrong way round",
      { op: "between", operand: at("a"), low: literal({ N: "2" }), high: literal({ N: "1" }) },
    ],
    [
      "bounds of two types",
      { op: "between", operand: at("a"), low: literal({ N: "2" }), high: literal({ S: "dog" }) },
    ],
    ["a number that is none", compare(at("one"), "=", literal({ N: "dog" }))],
    ["an empty set", compare(at("one"), "=", literal({ SS: [] }))],
    ["a beginning that is a number", { op: "begins-with", path: ["a"], operand: literal({ N: "1" }) }],
    ["an unknown type", { op: "type", path: ["a"], type: "DOG" }],
    ["an unknown condition", { op: "like", path: ["a"] }],
    ["an empty path", { op: "exists", path: [] }],
    ["a path that begins with a number", { op: "exists", path: [0] }],
    ["a negative position", { op: "exists", path: ["a", -1] }],
    ["a position between two", { op: "exists", path: ["a", 0.5] }],
    ["a path that leads too deep", { op: "exists", path: ["a", ...Array.from({ length: 33 }, () => 0)] }],
    ["nothing to join", { op: "and", of: [] }],
    ["nothing to be among", { op: "in", operand: at("a"), of: [] }],
    ["too many to be among", { op: "in", operand: at("a"), of: Array.from({ length: 101 }, () => at("b")) }],
    [
      "too many operators",
      { op: "or", of: Array.from({ length: 300 }, () => ({ op: "exists", path: ["a"] })) },
    ],
    [
      "a fault where evaluating would not come",
      {
        op: "or",
        of: [
          { op: "exists", path: ["a"] },
          { op: "exists", path: [] },
        ],
      },
    ],
  ];

  it.each(refused)("refuses %s", (_, condition) => {
    expect(() => checkCondition(condition as Condition)).toThrow(
      expect.objectContaining({ code: "TABLE_REQUEST_INVALID" }) as Error,
    );
  });

  it.each<[string, Condition]>([
    [
      "a bound that the item holds",
      { op: "between", operand: at("a"), low: at("b"), high: literal({ N: "1" }) },
    ],
    ["a beginning that the item holds", { op: "begins-with", path: ["a"], operand: at("b") }],
    [
      "300 operators",
      { op: "or", of: Array.from({ length: 299 }, () => ({ op: "exists", path: ["a"] }) as const) },
    ],
  ])("lets %s through", (_, condition) => {
    expect(() => checkCondition(condition)).not.toThrow();
  });
});
