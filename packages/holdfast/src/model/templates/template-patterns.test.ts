import { expect, test } from "vitest";
import { compilePattern, patternFor, replacePattern } from "./template-patterns.ts";

test.each([
  ["a.b.c", "\\.", "/", "a/b/c"],
  ["it\\'s", "\\\\'", "'", "it's"],
  ["a  b \n c", "\\s+", " ", "a b c"],
  ["2026-11", "(\\d+)-(\\d+)", "$2\\$$1", "11$2026"],
  ["abc", "b", "[$0]", "a[b]c"],
  ["abc", "(x)?b", "<$1>", "a<>c"],
  ["$&", "\\$", "$", "$&"],
])("%j with %j replaced by %j is %j", (text, pattern, replacement, result) => {
  expect(replacePattern(text, pattern, replacement, "g")).toBe(result);
});

test("only the first is replaced when so asked", () => {
  expect(replacePattern("aa", "a", "b", "")).toBe("ba");
  expect(replacePattern("a1a2", "\\d", "", "")).toBe("aa2");
});

test.each([
  "(a+)+",
  "(a|a)*b",
  "(?:x*y?)*",
  "((a{1,9}){1,9}){1,9}",
  "([ab]+)*c",
  "(a?){30}",
  "(a)?".repeat(12),
  "a?".repeat(20),
  "a*a*a*a*a*b",
  "[",
  "x".repeat(300),
])("%s is refused", (pattern) => {
  expect(() => compilePattern(pattern)).toThrow(/pattern/);
});

test.each([
  ["\\s+", 1_048_576],
  ["[^\\[*+?]", 1_048_576],
  ["a*b", 16_384],
  [".*Not found.*", 16_384],
  ["(?:ab)+c", 16_384],
  ["a*b*c", 1024],
  ["a*b*c*d", 256],
])("%s is for texts of up to %i characters", (pattern, maximumLength) => {
  expect(compilePattern(pattern)).toMatchObject({ maximumLength });
  expect(() => patternFor("a".repeat(maximumLength), pattern)).not.toThrow();
  expect(() => patternFor("a".repeat(maximumLength + 1), pattern)).toThrow(/too long/);
});
