import { describe, expect, it } from "vitest";
import { parseFilterPattern } from "./filter-pattern.ts";

const fits = (pattern: string, message: string): boolean | undefined =>
  parseFilterPattern(pattern)?.(message);

describe("terms", () => {
  it.each<[pattern: string, message: string, fits: boolean]>([
    ["", "anything", true],
    [" ", "anything", true],
    ["ERROR", "an ERROR came", true],
    ["ERROR", "an error came", false],
    ["ERROR disk", "disk: ERROR", true],
    ["ERROR disk", "ERROR", false],
    ['"no such file"', "open: no such file", true],
    ['"no such file"', "no file such", false],
    [String.raw`"say \"hi\""`, 'they say "hi"', true],
    ["ERROR -disk", "ERROR", true],
    ["ERROR -disk", "ERROR disk", false],
    ['-"GET /health"', "GET /health 200", false],
    ["?ERROR ?WARN", "WARN x", true],
    ["?ERROR ?WARN", "INFO x", false],
    ["INFO ?ERROR ?WARN", "INFO x", true],
    ["foo-bar", "a foo-bar", true],
  ])("%j of %j: %s", (pattern, message, expected) => {
    expect(fits(pattern, message)).toBe(expected);
  });
});

describe("JSON", () => {
  const event = JSON.stringify({
    type: "Placed",
    ip: "123.123.1.2",
    n: 5,
    text: "5",
    ok: true,
    gone: null,
    list: [{ a: 1 }, "two"],
    "odd name": "x",
    deep: { er: { code: 404 } },
  });
  it.each<[pattern: string, fits: boolean]>([
    ['{ $.type = "Placed" }', true],
    ['{$.type="Lost"}', false],
    ["{ $.type = Placed }", true],
    ['{ $.type != "Lost" }', true],
    ['{ $.missing != "Lost" }', false],
    ['{ $.ip = "123.123.*" }', true],
    ["{ $.ip = 123.123.* }", true],
    ['{ $.ip = "*.1.*" }', true],
    ['{ $.ip != "123.*" }', false],
    ["{ $.n = 5 }", true],
    ["{ $.n = 5.0 }", true],
    ["{ $.n > 4 }", true],
    ["{ $.n >= 5e0 && $.n <= 5 }", true],
    ["{ $.n < -1 }", false],
    ["{ $.text > 4 }", true],
    ["{ $.type > 4 }", false],
    ["{ $.ok IS TRUE }", true],
    ["{ $.ok IS FALSE }", false],
    ["{ $.gone IS NULL }", true],
    ["{ $.missing IS NULL }", false],
    ["{ $.missing NOT EXISTS }", true],
    ["{ $.gone NOT EXISTS }", false],
    ["{ $.list[0].a = 1 }", true],
    ['{ $.list[1] = "two" }', true],
    ["{ $.list[2] = 1 }", false],
    ['{ $["odd name"] = x }', true],
    ["{ $['odd name'] = x }", true],
    ["{ $.deep.er.code = 404 }", true],
    ["{ $.deep = 404 }", false],
    ['{ $.n = 6 || $.type = "Placed" && $.n = 5 }', true],
    ['{ ($.n = 6 || $.type = "Placed") && $.n = 6 }', false],
    ["{ (($.n = 5)) }", true],
    ["{ $.constructor NOT EXISTS }", true],
  ])("%s: %s", (pattern, expected) => {
    expect(fits(pattern, event)).toBe(expected);
  });

  it("no JSON object fits none", () => {
    for (const message of ["text", "[1]", "{", "null", ""])
      expect(fits("{ $.a NOT EXISTS }", message)).toBe(false);
  });
});

describe("fields", () => {
  const line = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
  it.each<[pattern: string, fits: boolean]>([
    ["[ip, id, user, time, request, status, bytes]", true],
    ["[ip, id, user, time, request, status]", false],
    ["[ip, ..., status = 4*, bytes]", true],
    ["[..., status = 5*, bytes]", false],
    ["[ip, ..., bytes > 1000]", true],
    ["[ip = 127.0.0.1, user, ...]", true],
    ['[ip, id, user, time, request = "*index.html*", ...]', true],
    ['[ip, id, user, time = "10/Oct*", ...]', true],
    ["[ip, id, user != frank, ...]", false],
    ["[ip, id, user = bob || user = frank, ...]", true],
    ["[..., status = 4* && status != 403, bytes]", true],
    ["[ip, ..., a, b, c, d, e, f, g]", false],
  ])("%s: %s", (pattern, expected) => {
    expect(fits(pattern, line)).toBe(expected);
  });
});

it.each([
  '"open',
  "%regex%",
  "{",
  "{ }",
  "{ a = 1 }",
  "{ $ = 1 }",
  "{ $.a }",
  "{ $.a = }",
  "{ $.a == 1 }",
  "{ $.a = 1 && }",
  "{ ($.a = 1 }",
  "{ $.a < x }",
  '{ $.a = "x }',
  "{ $.a.[ = 1 }",
  `{ ${"(".repeat(50)}$.a = 1${")".repeat(50)} }`,
  "[",
  "[]",
  "[a, =1]",
  "[a = ]",
  "[a, b = 1 && c = 2]",
])("%s is no pattern", (pattern) => {
  expect(parseFilterPattern(pattern)).toBeUndefined();
});
