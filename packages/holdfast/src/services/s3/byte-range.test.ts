import { expect, test } from "vitest";

import { readByteRange } from "./byte-range.ts";

test.each([
  [undefined, 10, undefined],
  ["bytes=0-0", 10, { from: 0, to: 1 }],
  ["bytes=2-4", 10, { from: 2, to: 5 }],
  ["bytes=2-", 10, { from: 2, to: 10 }],
  ["bytes=2-99", 10, { from: 2, to: 10 }],
  ["bytes=-3", 10, { from: 7, to: 10 }],
  ["bytes=-99", 10, { from: 0, to: 10 }],
  ["bytes=4-2", 10, undefined],
  ["bytes=0-1,3-4", 10, undefined],
  ["bytes=-", 10, undefined],
  ["lines=0-1", 10, undefined],
])("%j of %d bytes", (header, sizeBytes, range) => {
  expect(readByteRange(header, sizeBytes)).toEqual(range);
});

test.each([
  ["bytes=10-", 10],
  ["bytes=10-12", 10],
  ["bytes=-0", 10],
  ["bytes=0-", 0],
])("%j of %d bytes is refused", (header, sizeBytes) => {
  expect(() => readByteRange(header, sizeBytes)).toThrow(
    expect.objectContaining({ code: "InvalidRange", status: 416 }),
  );
});
