import { describe, expect, it } from "vitest";

import { collectPage } from "./page.ts";

const page = (rows: readonly number[], limit: number | undefined, sizeBytes = 1) =>
  collectPage(rows, { limit, sizeBytes: () => sizeBytes, keeps: (row) => row % 2 === 0 });

describe("collectPage", () => {
  it("takes everything when there is room, and then has no last row", () => {
    expect(page([1, 2, 3, 4], undefined)).toEqual({ kept: [2, 4], scanned: 4 });
    expect(page([], 5)).toEqual({ kept: [], scanned: 0 });
  });

  it("ends at the limit, counting rows that the filter drops", () => {
    expect(page([1, 2, 3, 4], 3)).toEqual({ kept: [2], scanned: 3, last: 3 });
    expect(page([1, 2], 2)).toEqual({ kept: [2], scanned: 2, last: 2 });
  });

  it("ends with the row that reaches 1 MB", () => {
    expect(page([2, 4, 6, 8], undefined, 400_000)).toEqual({ kept: [2, 4, 6], scanned: 3, last: 6 });
    expect(page([2, 4], undefined, 2_000_000)).toEqual({ kept: [2], scanned: 1, last: 2 });
  });

  it("reads no row behind the last", () => {
    let read = 0;
    function* rows(): Iterable<number> {
      for (let row = 0; ; row += 1) {
        read += 1;
        yield row;
      }
    }
    collectPage(rows(), { limit: 3, sizeBytes: () => 1, keeps: () => true });
    expect(read).toBe(3);
  });
});
