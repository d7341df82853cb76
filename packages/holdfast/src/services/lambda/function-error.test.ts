import { expect, test } from "vitest";
import { functionError } from "./function-error.ts";

const failed = (code: "FUNCTION_CRASHED" | "HANDLER_RESULT_INVALID", name: string, message: string) =>
  functionError({ outcome: "failed", error: { code, name, message } }, "python3.12", 3_000, "r-1");

test("the end of a function's process has Lambda's name, and the reason", () => {
  const message = 'The process of function "f" ended: with exit code 3';
  expect(failed("FUNCTION_CRASHED", "HoldfastError", message)).toEqual({
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: r-1 Error: ${message}`,
  });
});

test("what Lambda itself finds fault with has no trace", () => {
  const error = { errorType: "Function.ResponseSizeTooLarge", errorMessage: "too large" };
  expect(failed("HANDLER_RESULT_INVALID", error.errorType, error.errorMessage)).toEqual(error);
});
