import { expect, test } from "vitest";
import { startsAnother } from "./pace.ts";

const everyMs = 50;
const startMs = 200;

test("another process starts when nothing moves", () => {
  expect(startsAnother({ waiting: 1, finished: 0, everyMs, startMs })).toBe(true);
});

test("none starts when nothing waits that a process under way will not take", () => {
  expect(startsAnother({ waiting: 0, finished: 0, everyMs, startMs })).toBe(false);
  expect(startsAnother({ waiting: -1, finished: 0, everyMs, startMs })).toBe(false);
});

test("what will be gone before a process has started needs none", () => {
  expect(startsAnother({ waiting: 49, finished: 25, everyMs, startMs })).toBe(false);
  expect(startsAnother({ waiting: 49, finished: 5, everyMs, startMs })).toBe(true);
});

test("a process that starts quickly is worth while sooner, one of which nothing is known counts as usual", () => {
  expect(startsAnother({ waiting: 20, finished: 10, everyMs, startMs: 60 })).toBe(true);
  expect(startsAnother({ waiting: 20, finished: 10, everyMs, startMs: undefined })).toBe(false);
});
