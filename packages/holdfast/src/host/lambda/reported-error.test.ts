import { expect, test } from "vitest";
import { readReportedError } from "./reported-error.ts";

const read = (body: string, type?: string) => readReportedError(Buffer.from(body), type);

test("Python's errors keep their lines, Node's their trace", () => {
  const python = {
    errorType: "KeyError",
    errorMessage: "'a'",
    stackTrace: ['  File "x.py", line 1\n', "    x\n"],
  };
  expect(read(JSON.stringify(python))).toEqual({
    code: "HANDLER_THREW",
    name: "KeyError",
    message: "'a'",
    stack: '  File "x.py", line 1\n    x',
  });
  const node = { errorType: "TypeError", errorMessage: "no", trace: ["TypeError: no", "    at x"] };
  expect(read(JSON.stringify(node)).stack).toBe("TypeError: no\n    at x");
});

test("whatever a runtime reports is an error", () => {
  expect(read("it broke")).toEqual({ code: "HANDLER_THREW", name: "Error", message: "it broke" });
  expect(read("", "Runtime.Exit")).toEqual({ code: "HANDLER_THREW", name: "Runtime.Exit", message: "" });
  expect(read('{"errorType":1,"stackTrace":[]}', "T")).toEqual({
    code: "HANDLER_THREW",
    name: "T",
    message: "",
  });
  expect(read("[1]")).toMatchObject({ message: "[1]" });
});
