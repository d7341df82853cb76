import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { HoldfastError } from "../base/errors.ts";
import { parseSelectionExpression, selectRouteKey } from "./selection-expression.ts";

const select = (expression: string, body: string) =>
  selectRouteKey(parseSelectionExpression(expression), body);

describe("parseSelectionExpression", () => {
  it("reads a bare variable", () => {
    expect(parseSelectionExpression("$request.body.message.action").parts).toEqual([
      { kind: "variable", source: "request.body", path: ["message", "action"] },
    ]);
  });

  it("reads text around several variables", () => {
    expect(parseSelectionExpression("v1/${request.body.type}-${request.body.op}!").parts).toEqual([
      { kind: "text", text: "v1/" },
      { kind: "variable", source: "request.body", path: ["type"] },
      { kind: "text", text: "-" },
      { kind: "variable", source: "request.body", path: ["op"] },
      { kind: "text", text: "!" },
    ]);
  });

  it("reads positions in lists and quoted names", () => {
    expect(parseSelectionExpression("$request.body.items[2]['a.b c'].d-e").parts).toEqual([
      { kind: "variable", source: "request.body", path: ["items", 2, "a.b c", "d-e"] },
    ]);
  });

  it.each([
    ["static", "static"],
    [String.raw`\$default`, "$default"],
    ["$default", "$default"],
    [String.raw`costs \$5, or \${request.body.x}`, "costs $5, or ${request.body.x}"],
    [String.raw`a\b\\$`, String.raw`a\b\$`],
  ])("reads %s as the text %s", (expression, text) => {
    expect(parseSelectionExpression(expression).parts).toEqual([{ kind: "text", text }]);
  });

  it.each([
    ["$request.header.x-api-key", "request.header", ["x-api-key"]],
    ["$context.authorizer.usageIdentifierKey", "context", ["authorizer", "usageIdentifierKey"]],
    ["$request.basepath", "request.basepath", []],
    ["$integration.response.body.errorMessage", "integration.response.body", ["errorMessage"]],
    ["$integration.response.statuscode", "integration.response.statuscode", []],
    ["${integration.response.header.X.Kind}", "integration.response.header", ["X.Kind"]],
    ["${integration.response.multivalueheader.H}", "integration.response.multivalueheader", ["H"]],
    ["${response.statuscode}", "response.statuscode", []],
  ])("reads %s, for the other selection expressions", (expression, source, path) => {
    expect(parseSelectionExpression(expression).parts).toEqual([{ kind: "variable", source, path }]);
  });

  it.each([
    ["", "empty"],
    ["x".repeat(1025), "longer than 1024"],
    ["$request.body", "must follow"],
    ["${request.body}", "must follow"],
    ["$request.header", "must follow"],
    ["$request.query.x", "begins with none"],
    ["$request.bodyx.y", "begins with none"],
    ["${}", "begins with none"],
    ["$", "begins with none"],
    ["$request.body.", "no path"],
    ["$request.body.a..b", "no path"],
    ["$request.body.a b", "no path"],
    ["$request.body.a/$request.body.b", "no path"],
    ["$request.body.items[*]", "no path"],
    ["$request.body.items[1", "no path"],
    ["$request.header.x y", "no path"],
    ["$request.basepath.x", "nothing may follow"],
    ["join-$request.body.x", "inside text"],
    ["join-${request.body.x", "inside text"],
    ["5$", "inside text"],
  ])("refuses %j and says why", (expression, why) => {
    const read = () => parseSelectionExpression(expression);
    expect(read).toThrow(HoldfastError);
    expect(read).toThrow(expect.objectContaining({ code: "EXPRESSION_INVALID" }));
    expect(read).toThrow(why);
  });

  it("throws nothing but EXPRESSION_INVALID, whatever the text", () => {
    const token = fc.constantFrom("$", "{", "}", "\\", "request.body", ".a", "[0]", "['b']", "x", "-");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(token).map((tokens) => tokens.join("")),
        ),
        (text) => {
          expect(codeOf(() => parseSelectionExpression(text))).toBeOneOf([undefined, "EXPRESSION_INVALID"]);
        },
      ),
    );
  });
});

describe("selectRouteKey", () => {
  it.each([
    ["$request.body.action", '{"action":"echo"}', "echo"],
    ["${request.body.action}", '{"action":"echo"}', "echo"],
    ["$request.body.action", ' \n\t\r{"action":"echo"} \r\n\t ', "echo"],
    ["$request.body.action", '{"action":"$default"}', "$default"],
    ["$request.body.a.b.c", '{"a":{"b":{"c":"deep"}}}', "deep"],
    ["$request.body.items[1].kind", '{"items":[{"kind":"a"},{"kind":"b"}]}', "b"],
    ["$request.body['a.b']", '{"a.b":"dotted"}', "dotted"],
    ["${request.body.type}/${request.body.op}", '{"type":"game","op":"join"}', "game/join"],
    ["join-${request.body.room}", '{"room":"7"}', "join-7"],
    ["$request.body.action", '{"action":"${request.body.other}","other":"x"}', "${request.body.other}"],
    [String.raw`\$default`, "{}", "$default"],
    ["static", "{}", "static"],
    ["static", "[]", "static"],
  ])("%s of %s is %s", (expression, body, key) => {
    expect(select(expression, body)).toBe(key);
  });

  it.each([
    ['{"action":5}', "5"],
    ['{"action":-0.5}', "-0.5"],
    ['{"action":true}', "true"],
    ['{"action":false}', "false"],
    ['{"action":["a","b"]}', "[a, b]"],
    ['{"action":["a",1,true,["b"]]}', "[a, 1, true, [b]]"],
    ['{"action":[]}', "[]"],
  ])("takes the text of a value that is none: %s is %s", (body, key) => {
    expect(select("$request.body.action", body)).toBe(key);
  });

  it.each(['{"x":1}', '{"action":null}', '{"action":{"a":1}}', '{"Action":"echo"}', "{}"])(
    "is empty when the value is missing: %s",
    (body) => {
      expect(select("$request.body.action", body)).toBe("");
      expect(select("join-${request.body.action}", body)).toBe("join-");
    },
  );

  it.each(['"just a string"', "[1]", "[]", "5", "-1.5e+10", "true", "false", "null", " null "])(
    "is empty for JSON that is not an object: %s",
    (body) => {
      expect(select("$request.body.action", body)).toBe("");
    },
  );

  it.each([
    "",
    "   ",
    "plain text",
    "action",
    "next",
    "nullx",
    "truely",
    "-",
    "01",
    "1.",
    ".5",
    "5 apples",
    '"',
    '"unfinished',
    '"a" "b"',
    "{",
    '{"action":"echo"',
    '{"action":"echo"}}',
    '{action:"echo"}',
    "{'action':'echo'}",
    "[1",
    "[bob] hello",
    '\u00a0{"action":"echo"}',
    '\ufeff{"action":"echo"}',
    "NaN",
    "undefined",
  ])("is undefined for what is not JSON: %j, even when the expression is static", (body) => {
    expect(select("$request.body.action", body)).toBeUndefined();
    expect(select("static", body)).toBeUndefined();
  });

  it.each([
    "__proto__",
    "constructor",
    "toString",
    "constructor.name",
    "list.length",
    "text.length",
    "list[9]",
  ])("finds nothing at %s, which the message does not hold itself", (path) => {
    expect(select(`$request.body.${path}`, '{"list":[1],"text":"abc"}')).toBe("");
  });

  it("finds __proto__ when the message does hold it", () => {
    expect(select("$request.body.__proto__", '{"__proto__":"own"}')).toBe("own");
  });

  it("gives no text for variables that are not in the body", () => {
    expect(select("a${context.stage}b${request.header.x}", "{}")).toBe("ab");
  });

  it("survives a value nested as deeply as a message allows", () => {
    const depth = 60_000;
    const key = select("$request.body.a", `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`);
    expect(key).toBe("[[[[[[[[]]]]]]]]");
  });

  it("never throws, whatever the body", () => {
    const expression = parseSelectionExpression("$request.body.action");
    const token = fc.constantFrom("{", "}", "[", "]", '"', ":", ",", "action", "\\", " ", "1", "null");
    const body = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(token).map((tokens) => tokens.join("")),
    );
    fc.assert(
      fc.property(body, (text) => {
        expect(selectRouteKey(expression, text)).toBe(naively(["action"], text));
      }),
      { numRuns: 1000 },
    );
  });

  it("agrees with a naive evaluation", () => {
    const name = fc.constantFrom("a", "b", "action", "__proto__", "constructor", "length");
    const json = fc.jsonValue({ maxDepth: 4 });
    const nested = fc.tuple(name, name, json, json).map(([a, b, x, y]) => ({ [a]: { [b]: x }, action: y }));
    const body = fc.oneof(json, nested).map((value) => JSON.stringify(value));
    const path = fc.array(fc.oneof(name, fc.nat(2)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(path, body, fc.constantFrom("", " ", "\n"), (steps, text, blank) => {
        const written = steps.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
        const padded = blank + text + blank;
        expect(select(`x-\${request.body${written}}`, padded)).toBe(`x-${naively(steps, padded)}`);
      }),
      { numRuns: 1000 },
    );
  });
});

/** The same rules in the plainest way: parse, walk over own entries, join. */
function naively(path: readonly (string | number)[], body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (Array.isArray(value)) return "";
  for (const step of path) {
    if (Array.isArray(value) && typeof step === "number") value = value[step];
    else if (isObject(value) && typeof step === "string") value = new Map(Object.entries(value)).get(step);
    else return "";
  }
  return naiveText(value);
}

function naiveText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(naiveText).join(", ")}]`;
  return ["string", "number", "boolean"].includes(typeof value) ? `${value as string}` : "";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof HoldfastError ? error.code : String(error);
  }
}
