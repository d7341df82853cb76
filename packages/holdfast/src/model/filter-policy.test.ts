import { describe, expect, it } from "vitest";
import { parseFilterPolicy } from "./filter-policy.ts";

function fitsAttributes(policy: object, attributes: Readonly<Record<string, string | number | unknown[]>>) {
  const typeOf = (value: unknown) =>
    Array.isArray(value) ? "String.Array" : typeof value === "number" ? "Number" : "String";
  return parseFilterPolicy(
    JSON.stringify(policy),
    "attributes",
  )({
    text: "not looked at",
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    attributeTypes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, typeOf(value)]),
    ),
  });
}

describe("a policy about attributes", () => {
  it.each<[object, Parameters<typeof fitsAttributes>[1], boolean]>([
    [{}, {}, true],
    [{ kind: ["a", "b"] }, { kind: "b" }, true],
    [{ kind: ["a", "b"] }, { kind: "c" }, false],
    [{ kind: ["a"] }, {}, false],
    [{ kind: ["a"], size: [1] }, { kind: "a", size: 1 }, true],
    [{ kind: ["a"], size: [1] }, { kind: "a", size: 2 }, false],
    [{ size: [1] }, { size: "1" }, false],
    [{ size: ["1"] }, { size: 1 }, false],
    [{ kind: [{ prefix: "ab" }] }, { kind: "abc" }, true],
    [{ kind: [{ suffix: "bc" }] }, { kind: "abc" }, true],
    [{ kind: [{ suffix: "ab" }] }, { kind: "abc" }, false],
    [{ kind: [{ "equals-ignore-case": "ABC" }] }, { kind: "abC" }, true],
    [{ kind: [{ "anything-but": "a" }] }, { kind: "b" }, true],
    [{ kind: [{ "anything-but": ["a", "b"] }] }, { kind: "b" }, false],
    [{ kind: [{ "anything-but": ["a"] }] }, {}, false],
    [{ kind: [{ "anything-but": { prefix: "a" } }] }, { kind: "abc" }, false],
    [{ kind: [{ "anything-but": { prefix: "a" } }] }, { kind: "bc" }, true],
    [{ size: [{ numeric: [">", 0, "<=", 5] }] }, { size: 5 }, true],
    [{ size: [{ numeric: [">", 0, "<=", 5] }] }, { size: 5.5 }, false],
    [{ size: [{ numeric: ["=", 1] }] }, { size: "1" }, false],
    [{ kind: [{ exists: true }] }, { kind: "" }, true],
    [{ kind: [{ exists: true }] }, {}, false],
    [{ kind: [{ exists: false }] }, {}, true],
    [{ kind: [{ exists: false }] }, { kind: "a" }, false],
    [{ ip: [{ cidr: "10.0.0.0/24" }] }, { ip: "10.0.0.255" }, true],
    [{ ip: [{ cidr: "10.0.0.0/24" }] }, { ip: "10.0.1.0" }, false],
    [{ tags: ["a"] }, { tags: ["b", "a"] }, true],
    [{ tags: [{ "anything-but": ["a"] }] }, { tags: ["b", "a"] }, true],
    [{ tags: [{ "anything-but": ["a"] }] }, { tags: ["a"] }, false],
    [{ tags: [null] }, { tags: [null] }, true],
    [{ $or: [{ kind: ["a"] }, { size: [1] }] }, { size: 1 }, true],
    [{ $or: [{ kind: ["a"] }, { size: [1] }], other: ["x"] }, { size: 1 }, false],
  ])("%j of %j: %s", (policy, attributes, fits) => {
    expect(fitsAttributes(policy, attributes)).toBe(fits);
  });

  it("does not see binary ones", () => {
    const policy = parseFilterPolicy('{"data":[{"exists":true}]}', "attributes");
    const message = { text: "x", attributes: { data: "AA==" }, attributeTypes: { data: "Binary" } };
    expect(policy(message)).toBe(false);
  });
});

describe("a policy about bodies", () => {
  it.each<[object, string, boolean]>([
    [{ store: { city: ["Ulm"] } }, '{"store":{"city":"Ulm"}}', true],
    [{ store: { city: ["Ulm"] } }, '{"store":{"city":"Bonn"}}', false],
    [{ store: { city: ["Ulm"] } }, '{"store":[{"city":"Bonn"},{"city":"Ulm"}]}', true],
    [{ store: { city: [{ exists: false }] } }, '{"store":{}}', true],
    [{ paid: [true], by: [null] }, '{"paid":true,"by":null}', true],
    [{ items: [2] }, '{"items":[1,2]}', true],
    [{ items: [2] }, "no JSON", false],
    [{ items: [2] }, "[2]", false],
    [{ toString: [{ exists: true }] }, "{}", false],
  ])("%j of %s: %s", (policy, text, fits) => {
    expect(parseFilterPolicy(JSON.stringify(policy), "body")({ text })).toBe(fits);
  });
});

it.each<[string, "attributes" | "body", string]>([
  ["{", "body", "not JSON"],
  ["[]", "body", "has to be an object"],
  ['{"a":{"b":["c"]}}', "attributes", "at a is nested"],
  ['{"$or":[{"a":{"b":["c"]}},{"c":["d"]}]}', "attributes", "at a is nested"],
  ['{"a":[]}', "attributes", "lists nothing"],
  ['{"a":[{"like":"b"}]}', "body", "not known: like"],
])("%s of %s is refused", (policy, scope, message) => {
  expect(() => parseFilterPolicy(policy, scope)).toThrow(message);
});
