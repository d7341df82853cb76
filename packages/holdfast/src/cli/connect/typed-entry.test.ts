import fc from "fast-check";
import { expect, it } from "vitest";
import { readTypedEntry } from "./typed-entry.ts";

it.each([
  ["hello", { kind: "message", text: "hello" }],
  [" /quit", { kind: "message", text: " /quit" }],
  ['{\n  "a": 1\n}', { kind: "message", text: '{\n  "a": 1\n}' }],
  ["//text", { kind: "message", text: "/text" }],
  ["//", { kind: "message", text: "/" }],
  ["///x", { kind: "message", text: "//x" }],
  ["/help", { kind: "help" }],
  ["/ping ", { kind: "ping" }],
  ["/quit", { kind: "quit" }],
  ["/close", { kind: "close", code: 1000, reason: "" }],
  ["/close 4001", { kind: "close", code: 4001, reason: "" }],
  ["/close  4001   so  long", { kind: "close", code: 4001, reason: "so  long" }],
])("reads %j", (entry, typed) => {
  expect(readTypedEntry(entry)).toEqual(typed);
});

it.each([
  ["/join room", "There is no command /join; to send it as text, type //join room"],
  ["/", "There is no command /; to send it as text, type //"],
  ["/ping now", "/ping takes nothing after it"],
  ["/close 1006", "Cannot close with 1006: give 1000 to 1014 or 3000 to 4999"],
  ["/close bye", "Cannot close with bye: give 1000 to 1014 or 3000 to 4999"],
  ["/close 1e3", "Cannot close with 1e3: give 1000 to 1014 or 3000 to 4999"],
  [`/close 4000 ${"é".repeat(62)}`, "A reason holds at most 123 bytes; this one has 124"],
])("says what is wrong with %j", (entry, problem) => {
  expect(readTypedEntry(entry)).toEqual({ kind: "mistake", problem });
});

it("sends any text that does not begin with a slash as it is, and any text at all behind a slash", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.startsWith("/"));
      expect(readTypedEntry(text)).toEqual({ kind: "message", text });
      expect(readTypedEntry(`//${text}`)).toEqual({ kind: "message", text: `/${text}` });
    }),
  );
});
