import { expect, it } from "vitest";
import { formatLogLine, type ShownLine } from "./format-log-line.ts";
import { stylesFor } from "./styles.ts";

const plain = stylesFor({ isTTY: false }, {});
const line = (event: string, fields: ShownLine["fields"]): string =>
  formatLogLine({ level: "warn", event, fields, time: "00:00:00" }, plain, "/").slice("00:00:00 ".length);

it("a client's words cannot act on the terminal", () => {
  const hostile = "\u001b]0;owned\u0007\u009b2J";
  const shown = String.raw`\u001b]0;owned\u0007\u009b2J`;
  expect(line("gateway.forbidden", { message: `There is no route "${hostile}"` })).toBe(
    `▲ There is no route "${shown}"`,
  );
  expect(line("x", { message: "m", hint: hostile })).toContain(shown);
  expect(line("x", { message: "m", error: new Error(hostile) })).toContain(`Error: ${shown}`);
});

it("what functions print keeps its colours", () => {
  expect(line("function-output", { message: "\u001b[31mred\u001b[39m" })).toBe("▲ \u001b[31mred\u001b[39m");
});

it("a client's words that functions print cannot act on the terminal either", () => {
  expect(line("function-log", { message: "Ann: \u001b]0;owned\u0007\u001b[2J" })).toBe(
    String.raw`▲ Ann: \u001b]0;owned\u0007\u001b[2J`,
  );
});

it("a message of several lines cannot pass for several entries", () => {
  const forged = "hello\n00:00:01 ✖ the disk is full";
  expect(line("function-output", { message: forged })).toBe(
    "▲ hello\n           00:00:01 ✖ the disk is full",
  );
});
