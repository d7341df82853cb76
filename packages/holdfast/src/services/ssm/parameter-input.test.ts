import { expect, test } from "vitest";
import { readName } from "./parameter-input.ts";

test("a name has a length", () => {
  const name = "x".repeat(2048);
  expect(readName({ Name: name })).toBe(name);
  expect(() => readName({ Name: `${name}x` })).toThrow(
    expect.objectContaining({ code: "ValidationException", message: expect.stringContaining("2048") }),
  );
});
