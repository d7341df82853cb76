import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countOpenBrackets, startsJson } from "./unfinished-json.ts";

describe("startsJson", () => {
  it.each([
    "{",
    "  {  ",
    "[",
    '{"a": 1',
    '{ "a',
    "{}",
    "[]",
    "[1,",
    "[-1",
    '["a"',
    "[{",
    "[[",
    "[true,",
    "[ null",
  ])("takes %j for the beginning of JSON", (line) => {
    expect(startsJson(line)).toBe(true);
  });

  it.each(["", "hello", "{hello", "[bob] hi", "[trueish", "{ a: 1", '"text"', "12", "/close {", "({"])(
    "takes %j for plain text",
    (line) => {
      expect(startsJson(line)).toBe(false);
    },
  );

  it("holds for every JSON object and array", () => {
    fc.assert(
      fc.property(container, (value) => {
        expect(startsJson(firstLineOf(JSON.stringify(value, null, 2)))).toBe(true);
      }),
    );
  });
});

describe("countOpenBrackets", () => {
  it("does not count brackets in strings", () => {
    expect(countOpenBrackets('{"a": "}}]", "b\\"}": "\\\\", "c": [')).toBe(2);
  });

  it("takes a line for outside strings at its beginning, whatever the line before forgot to close", () => {
    expect(countOpenBrackets('{"a": "unclosed {{{')).toBe(1);
    expect(countOpenBrackets("}")).toBe(-1);
  });

  it("copes with a backslash at the end of an unclosed string", () => {
    expect(countOpenBrackets('["a\\')).toBe(1);
  });

  it("adds up to nothing over the lines of whole JSON, and to more over any of its beginnings", () => {
    fc.assert(
      fc.property(container, fc.constantFrom<string | number>(0, 2, "\t"), (value, indent) => {
        const lines = JSON.stringify(value, null, indent).split("\n");
        let open = 0;
        for (const line of lines.slice(0, -1)) {
          open += countOpenBrackets(line);
          expect(open).toBeGreaterThan(0);
        }
        expect(open + countOpenBrackets(lines.at(-1) ?? "")).toBe(0);
      }),
    );
  });
});

const container = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));

function firstLineOf(text: string): string {
  return text.split("\n")[0] ?? "";
}
