import fc from "fast-check";
import { expect, test } from "vitest";
import { formatMark, markStart, readMark, type OutputMark } from "./output-mark.ts";
import { readFunctionMessage, type FunctionMessage } from "./wire-messages.ts";

const error = { name: "Error", message: "no", stack: "at home" };

const messages: FunctionMessage[] = [
  ["ready", 1, null],
  ["ready", 1, "ws://127.0.0.1:1/x"],
  ["loaded", { model: {} }],
  ["not-loaded", error],
  ["returned", 1],
  ["returned", 1, { statusCode: 200 }],
  ["failed", 1, error],
  ["missing", 1],
  ["call", 1, 2, "table:a", "get", {}, 0],
  ["pong", 1],
];

test.for(messages)("%j is read as it was sent", (message) => {
  expect(readFunctionMessage(JSON.parse(JSON.stringify(message)))).toEqual(message);
});

test("whatever user code writes to the pipe, reading it does not throw, and lets no wrong shape through", () => {
  const kinds = fc.constantFrom(
    "ready",
    "loaded",
    "not-loaded",
    "returned",
    "failed",
    "missing",
    "call",
    "pong",
    "x",
  );
  const anything = fc.oneof(fc.jsonValue(), fc.tuple(kinds, fc.jsonValue(), fc.jsonValue(), fc.jsonValue()));
  fc.assert(
    fc.property(anything, (value) => {
      const message = readFunctionMessage(value);
      return message?.[0] !== "call" || typeof message[4] === "string";
    }),
  );
  expect(readFunctionMessage(["failed", 1, { name: 1, message: "no" }])).toBeUndefined();
  expect(readFunctionMessage(["call", 1, 2, "table:a", null, {}, 0])).toBeUndefined();
  expect(readFunctionMessage(["unheard-of", 1])).toBeUndefined();
});

test("a mark is one line, whatever it holds, and is read as it was written", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.option(fc.string()), (text, name) => {
      const mark: OutputMark = ["log", "warn", text, name, null];
      const line = formatMark(mark);
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(line.lastIndexOf(markStart)).toBe(0);
      expect(readMark(line.slice(0, -1))).toEqual(mark);
    }),
  );
});

test.for(["", "text", "[]", '["log","loud","x",null,null]', '["fatal",{"name":1},null]', '["exit","1",""]'])(
  "%s after the start of a mark is somebody's text",
  (text) => {
    expect(readMark(`${markStart}${text}`)).toBeUndefined();
  },
);
