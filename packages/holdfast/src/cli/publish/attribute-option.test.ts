import { expect, test } from "vitest";
import { addAttribute } from "./attribute-option.ts";

test("attributes add up, and a value may hold anything, = as well", () => {
  expect(addAttribute("c=", addAttribute("b=x=y\nz", addAttribute("a=1")))).toEqual({
    a: "1",
    b: "x=y\nz",
    c: "",
  });
});

test.each(["", "a", "=a"])("%j is no attribute", (given) => {
  expect(() => addAttribute(given)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
});
