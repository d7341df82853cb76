import { expect, test } from "vitest";
import { describeIssues, toJsonSchema, type StandardSchema } from "./standard-schema.ts";

const schema = (input?: (options: { target: string }) => Record<string, unknown>): StandardSchema => ({
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => ({ value }),
    ...(input && { jsonSchema: { input } }),
  },
});

test("describeIssues names the places, in whichever form the library gives them", () => {
  expect(
    describeIssues([
      { message: "is too short", path: ["players", 0, { key: "name" }] },
      { message: "is no number", path: ["at"] },
      { message: "is not an object" },
    ]),
  ).toBe("players[0].name: is too short; at: is no number; is not an object");
});

test("toJsonSchema takes the oldest draft that the library writes, and none where it writes none", () => {
  expect(toJsonSchema(schema(({ target }) => ({ target })))).toEqual({ target: "draft-04" });
  const newer = schema(({ target }) => {
    if (target === "draft-04") throw new Error("unsupported");
    return { target };
  });
  expect(toJsonSchema(newer)).toEqual({ target: "draft-07" });
  expect(
    toJsonSchema(
      schema(() => {
        throw new Error("no JSON Schema for this");
      }),
    ),
  ).toBeUndefined();
  expect(toJsonSchema(schema())).toBeUndefined();
});
