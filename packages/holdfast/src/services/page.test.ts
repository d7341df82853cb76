import { expect, test } from "vitest";
import { pageOf, sortByKey } from "./page.ts";

const self = (text: string): string => text;
const names = sortByKey(["c", "a", "e", "b", "d"], self);

test("pages follow one another and the last has no token", () => {
  const first = pageOf(names, self, { limit: 2, token: undefined });
  expect(first?.items).toEqual(["a", "b"]);
  const second = pageOf(names, self, { limit: 2, token: first?.token });
  expect(second?.items).toEqual(["c", "d"]);
  expect(pageOf(names, self, { limit: 2, token: second?.token })).toEqual({ items: ["e"] });
  expect(pageOf(names, self, { limit: 5, token: undefined })).toEqual({ items: names });
});

test("what goes meanwhile moves nothing", () => {
  const first = pageOf(names, self, { limit: 2, token: undefined });
  expect(pageOf(["a", "c", "d"], self, { limit: 2, token: first?.token })).toEqual({ items: ["c", "d"] });
});

test("another text is no token", () => {
  expect(pageOf(names, self, { limit: 2, token: "eA" })).toBeUndefined();
  expect(pageOf(names, self, { limit: 2, token: "" })).toBeUndefined();
});
