import fc from "fast-check";
import { expect, it } from "vitest";
import { splitKeys } from "./key-input.ts";

it.each([
  ["hello", ["hello"]],
  ["one\rtwo\t", ["one", "\r", "two", "\t"]],
  ["\u001b[Ahello", ["\u001b[A", "hello"]],
  ["\u001b[200~{é}\r\u001b[201~", ["\u001b[200~", "{é}", "\r", "\u001b[201~"]],
  ["\u001bOP\u001bb\u007f\u0003", ["\u001bOP", "\u001bb", "\u007f", "\u0003"]],
  ["🎉\u001b[1;5", ["🎉", "\u001b[1;5"]],
])("tells text from keys in %j", (text, pieces) => {
  expect(splitKeys(text)).toEqual(pieces);
});

it("loses nothing of any input", () => {
  const input = fc.string({
    unit: fc.constantFrom("a", "[", "O", "~", "1", ";", "\u001b", "\r", "\u007f", "é", "🎉"),
  });
  fc.assert(
    fc.property(input, (text) => {
      expect(splitKeys(text).join("")).toBe(text);
    }),
  );
});
