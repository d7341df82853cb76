import { expect, test } from "vitest";
import { HoldfastError } from "../../base/errors.ts";
import { InvalidAppError } from "../../model/invalid-app-error.ts";
import { displayPath, formatDiagnostic, formatError } from "./format-error.ts";
import { stylesFor } from "./styles.ts";

const plain = stylesFor({ isTTY: false }, {});

test("formatError shows a user's fault without a stack, and what to do", () => {
  const text = formatError(new HoldfastError("ADDRESS_IN_USE", "Port 3333 is in use"), plain, "/");
  expect(text).toBe(
    "✖ Port 3333 is in use (ADDRESS_IN_USE)\n  Stop what listens there, or choose another with --port N (0 takes any free port).",
  );
});

test("formatError shows a fault of Holdfast with its stack", () => {
  expect(formatError(new TypeError("undefined is not a function"), plain, "/")).toMatch(
    /fault of Holdfast[\s\S]*at /,
  );
});

test("formatDiagnostic points into the line, tabs included", () => {
  const place = { file: "/app/src/a.ts", line: 12, column: 3, excerpt: "\t\tconst = 3;" };
  expect(
    formatDiagnostic(
      { severity: "error", code: "APP_BUILD_FAILED", message: "Expected a name", place },
      plain,
      "/app",
    ),
  ).toBe(
    ["✖ Expected a name (APP_BUILD_FAILED)", "  src/a.ts:12:3", "  12 │ \t\tconst = 3;", "     │ \t\t^"].join(
      "\n",
    ),
  );
});

test("formatError shows every diagnostic of an invalid app", () => {
  const error = new InvalidAppError([
    { severity: "error", code: "ROUTE_DUPLICATE", message: "one" },
    { severity: "error", code: "NAME_INVALID", message: "two" },
  ]);
  expect(formatError(error, plain, "/")).toBe("✖ one (ROUTE_DUPLICATE)\n\n✖ two (NAME_INVALID)");
});

test("displayPath is relative below the current folder and absolute elsewhere", () => {
  expect(displayPath("/a/b/c.ts", "/a")).toBe("b/c.ts");
  expect(displayPath("/x/c.ts", "/a")).toBe("/x/c.ts");
});

test("stylesFor colours only terminals, and not where NO_COLOR is set", () => {
  expect(stylesFor({ isTTY: true }, {}).red("x")).toBe("\u001b[31mx\u001b[39m");
  expect(stylesFor({ isTTY: true }, { NO_COLOR: "1" }).red("x")).toBe("x");
  expect(stylesFor({}, {}).red("x")).toBe("x");
});
