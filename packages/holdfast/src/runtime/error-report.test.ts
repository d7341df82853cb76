import fc from "fast-check";
import { expect, test } from "vitest";
import { ConditionFailedError, HoldfastError } from "../base/errors.ts";
import { isErrorRecord } from "../model/wire/wire-messages.ts";
import { describeError, trimStack } from "./error-report.ts";

test("frames of Node and of Holdfast are left out, whatever form they have", () => {
  const own = new URL("../host/function-host.ts", import.meta.url);
  const stack = [
    "Error: at the start",
    "    at handler (/home/app/app.ts:3:9)",
    "    at async Promise.all (index 0)",
    `    at FunctionServer.receive (${own.href}:1:2)`,
    `    at async ${own.pathname}:1:2`,
    "    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)",
    "    at node:internal/main:1:1",
    "    at App.on (/home/app/node_modules/holdfast/dist/index.js:1:1)",
  ].join("\n");
  expect(trimStack(stack).split("\n")).toEqual([
    "Error: at the start",
    "    at handler (/home/app/app.ts:3:9)",
    "    at async Promise.all (index 0)",
  ]);
});

test("an error of Holdfast keeps its code, hint and what else it carries", () => {
  expect(describeError(new HoldfastError("NAME_INVALID", "no", { hint: "do this" }))).toMatchObject({
    code: "NAME_INVALID",
    hint: "do this",
  });
  expect(describeError(new ConditionFailedError("no", { index: 3 }))).toMatchObject({
    code: "CONDITION_FAILED",
    index: 3,
  });
});

test("causes are shown, and a chain that goes round ends", () => {
  const error = new Error("outer");
  error.cause = new TypeError("inner", { cause: error });
  const { stack = "" } = describeError(error);
  expect(stack).toMatch(/^Error: outer[^]*Caused by: TypeError: inner[^]*Caused by: Error: outer/);
  expect(stack.match(/Caused by/g)).toHaveLength(4);
});

test("whatever is thrown, a record comes of it that can cross and is not too large", () => {
  const strange = fc.record({
    name: fc.anything(),
    message: fc.anything(),
    stack: fc.anything(),
    code: fc.anything(),
    index: fc.anything(),
    cause: fc.anything(),
  });
  const thrown = fc.oneof(
    fc.anything(),
    strange.map((fields) => Object.defineProperties(new Error(), Object.getOwnPropertyDescriptors(fields))),
  );
  fc.assert(
    fc.property(thrown, (value) => {
      expect(isErrorRecord(JSON.parse(JSON.stringify(describeError(value))))).toBe(true);
    }),
  );
  const huge = new Error("x".repeat(10_000_000));
  expect(JSON.stringify(describeError(huge)).length).toBeLessThan(200_000);
});
