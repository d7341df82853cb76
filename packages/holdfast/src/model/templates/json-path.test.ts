import { expect, test } from "vitest";
import { parseJsonPath, readJsonPath } from "./json-path.ts";

const json = {
  a: { b: [10, { c: "x" }], "d e": null },
  list: [{ a: 1 }, { a: 2 }],
  __proto__x: 1,
};

function read(path: string, from: unknown = json): unknown {
  const parsed = parseJsonPath(path);
  if (parsed === undefined) throw new Error(`${path} cannot be read`);
  return readJsonPath(parsed, from);
}

test.each<[string, unknown]>([
  ["$", json],
  ["$.a.b[0]", 10],
  ["a.b[0]", 10],
  ["$.a.b[1].c", "x"],
  ["$['a']['d e']", null],
  ['$["a"].b[1]["c"]', "x"],
  ["[0]", undefined],
  ["$.list[*].a", [1, 2]],
  ["$.list.*", [{ a: 1 }, { a: 2 }]],
  ["$..c", ["x"]],
  ["$..a", [json.a, 1, 2]],
  ["$..nothing", []],
  ["$..[0]", [10, { a: 1 }]],
])("%s is %j", (path, value) => {
  expect(read(path)).toEqual(value);
});

test.each([
  "$.x",
  "$.a.x.y",
  "$.a.b[9]",
  "$.a.b[-1]",
  "$.a.b.length",
  "$.a[0]",
  "$.constructor",
  "$.a.__proto__",
])("%s is not there", (path) => {
  expect(read(path)).toBeUndefined();
});

test.each(["$.a[", "$.a[?(@.b)]", "$.a[0:2]", "$.a[0,1]", "$.", "$x", "a b", "$..", "x".repeat(3000)])(
  "%s cannot be read",
  (path) => {
    expect(parseJsonPath(path)).toBeUndefined();
  },
);

test("what nests deep or holds much is looked at without harm, up to a bound", () => {
  const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as unknown;
  expect(read("$..x", deep)).toEqual([]);
  const wide = Array.from({ length: 100_001 }, () => 1);
  expect(read("$..x", wide)).toBeUndefined();
});
