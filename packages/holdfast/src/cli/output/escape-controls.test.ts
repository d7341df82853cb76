import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeControls } from "./escape-controls.ts";

describe("escapeControls", () => {
  it("makes sequences visible that would act on the terminal", () => {
    expect(escapeControls("\u001b[2J\u0007\u009b1m\u202e")).toBe("\\u001b[2J\\u0007\\u009b1m\\u202e");
  });

  it("keeps line breaks, tabs and the letters of all languages", () => {
    expect(escapeControls("\té\n日本🎉")).toBe("\té\n日本🎉");
  });

  it("leaves no control character in any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(escapeControls(text).replaceAll(/[\t\n]/g, "")).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
