import { describe, expect, it } from "vitest";

import { createEventFilter, parseEventFilter } from "./event-filter.ts";
import { EventPatternError } from "./event-pattern-error.ts";

const event = {
  source: "games",
  detail: {
    kind: "move",
    score: 12.5,
    count: 0,
    done: false,
    winner: null,
    empty: "",
    tags: ["red", "Blue"],
    players: [{ name: "ann", level: 3 }, { name: "bob" }],
    address: "10.1.2.3",
    file: "image-007.PNG",
  },
};

const matches = (detail: unknown): boolean => createEventFilter({ detail })(event);

describe("createEventFilter", () => {
  it.each([
    ["the same text", { kind: ["join", "move"] }],
    ["the same number", { score: [12.5] }],
    ["null, false and empty text", { winner: [null], done: [false], empty: [""] }],
    ["one of a list", { tags: ["red"] }],
    ["a member of one of a list", { players: { name: ["bob"] } }],
    ["a prefix", { file: [{ prefix: "image-" }] }],
    ["a prefix, whatever its case", { file: [{ prefix: { "equals-ignore-case": "IMAGE" } }] }],
    ["a suffix", { file: [{ suffix: ".PNG" }] }],
    ["a suffix, whatever its case", { file: [{ suffix: { "equals-ignore-case": ".png" } }] }],
    ["whatever case", { kind: [{ "equals-ignore-case": "MOVE" }] }],
    ["a wildcard", { file: [{ wildcard: "im*ge-*7.*" }] }],
    ["numbers between", { score: [{ numeric: [">", 0, "<=", 12.5] }] }],
    ["a number that is equal", { count: [{ numeric: ["=", 0] }] }],
    ["anything but", { kind: [{ "anything-but": "join" }] }],
    ["anything but these", { score: [{ "anything-but": [1, 2] }] }],
    ["anything but a prefix", { kind: [{ "anything-but": { prefix: "jo" } }] }],
    ["anything but some suffixes", { file: [{ "anything-but": { suffix: [".gif", ".jpg"] } }] }],
    ["what is there", { winner: [{ exists: true }] }],
    ["what is not there", { loser: [{ exists: false }] }],
    ["a range of addresses", { address: [{ cidr: "10.1.0.0/16" }] }],
    ["one of several patterns", { $or: [{ kind: ["join"] }, { count: [0] }], done: [false] }],
    ["nothing in particular", {}],
  ])("fits %s", (_, detail) => {
    expect(matches(detail)).toBe(true);
  });

  it.each([
    ["other text", { kind: ["join"] }],
    ["text that looks like a number", { score: ["12.5"] }],
    ["what is not there", { loser: ["x"] }],
    ["an object where a value is wanted", { players: [{ prefix: "a" }] }],
    ["only one of two names", { kind: ["move"], count: [1] }],
    ["a prefix of a number", { score: [{ prefix: "1" }] }],
    ["a wildcard's ends that overlap", { kind: [{ wildcard: "mov*ove" }] }],
    ["a wildcard's parts in another order", { file: [{ wildcard: "*7*image*" }] }],
    ["a number that is text", { kind: [{ numeric: [">", 0] }] }],
    ["a number out of bounds", { score: [{ numeric: [">", 0, "<", 12.5] }] }],
    ["anything but what it is", { kind: [{ "anything-but": ["move", "join"] }] }],
    ["anything but, where there is nothing", { loser: [{ "anything-but": "x" }] }],
    ["what is there and should not be", { kind: [{ exists: false }] }],
    ["an object that should exist", { players: [{ exists: true }] }],
    ["another range of addresses", { address: [{ cidr: "10.2.0.0/16" }] }],
    ["none of several patterns", { $or: [{ kind: ["join"] }, { count: [1] }] }],
    [
      "one of several patterns, and not what stands beside them",
      { $or: [{ kind: ["move"] }, { count: [1] }], done: [true] },
    ],
  ])("does not fit %s", (_, detail) => {
    expect(matches(detail)).toBe(false);
  });

  it.each([
    ["no object", "text"],
    ["a value that is not listed", { kind: "move" }],
    ["an empty list", { kind: [] }],
    ["an unknown comparison", { kind: [{ like: "x" }] }],
    ["two comparisons in one", { kind: [{ prefix: "a", suffix: "b" }] }],
    ["a prefix that is no text", { kind: [{ prefix: 1 }] }],
    ["half a comparison of numbers", { kind: [{ numeric: [">"] }] }],
    ["an unknown sign", { kind: [{ numeric: ["~", 1] }] }],
    ["an exists that says nothing", { kind: [{ exists: "yes" }] }],
    ["an anything-but of objects", { kind: [{ "anything-but": [{}] }] }],
    ["one alternative", { $or: [{ kind: ["x"] }] }],
    ["a range that is none", { kind: [{ cidr: "10.0.0.0/33" }] }],
  ])("refuses %s", (_, detail) => {
    expect(() => matches(detail)).toThrow(EventPatternError);
  });

  it("refuses patterns that are nested without an end", () => {
    const pattern: Record<string, unknown> = {};
    pattern.again = pattern;
    expect(() => createEventFilter(pattern)).toThrow(EventPatternError);
  });

  it("reads patterns in JSON, and says where they are none", () => {
    expect(parseEventFilter('{"source":["games"]}')(event)).toBe(true);
    expect(() => parseEventFilter("{")).toThrow(/^The pattern is not JSON/);
    expect(() => parseEventFilter('{"a":{"b":1}}')).toThrow("The pattern at a.b has to be an object");
  });
});
