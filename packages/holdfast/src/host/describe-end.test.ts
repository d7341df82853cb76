import { expect, test } from "vitest";
import { describeEnd, type ProcessEnd } from "./describe-end.ts";

const subject = 'The process of function "f"';
const describe = (end: Partial<ProcessEnd>) =>
  describeEnd(subject, { code: null, signal: null, lastErrors: "", ...end });

test.for<[Partial<ProcessEnd>, string]>([
  [{ code: 3 }, "ended: with exit code 3"],
  [{ code: 139 }, "ended: killed by SIGSEGV"],
  [{ signal: "SIGTERM" }, "ended: killed by SIGTERM"],
  [{ code: 137 }, "ended: killed by SIGKILL, by itself"],
  // A code that the launcher could have made of a signal, were it not for what the process said.
  [{ code: 137, exit: { code: 137, stack: "" } }, "ended: process.exit(137) was called"],
])("%j is told as %s", ([end, told]) => {
  expect(describe(end)).toMatchObject({
    code: "FUNCTION_CRASHED",
    message: expect.stringContaining(`${subject} ${told}`) as string,
  });
});

test("an abort after V8 said that the heap is full is a lack of memory, and no other abort is", () => {
  const lastErrors = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n";
  expect(describe({ code: 134, lastErrors })).toMatchObject({ code: "FUNCTION_OUT_OF_MEMORY" });
  expect(describe({ code: 134 })).toMatchObject({ code: "FUNCTION_CRASHED" });
  expect(describe({ code: 1, lastErrors })).toMatchObject({ code: "FUNCTION_CRASHED" });
});

test("an error that nothing caught says where it was thrown, with its own stack", () => {
  const error = { name: "TypeError", message: "boom", stack: "TypeError: boom\n    at app.ts:1" };
  expect(describe({ code: 1, fatal: { error, functionName: "join" } })).toMatchObject({
    code: "FUNCTION_CRASHED",
    message: `${subject} ended: an error that nothing caught in function "join": TypeError: boom`,
    stack: error.stack,
  });
});
