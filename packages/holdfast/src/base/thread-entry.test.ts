import { describe, expect, it } from "vitest";

import { threadEntry } from "./thread-entry.ts";

describe("threadEntry", () => {
  it("is the source beside a module that runs from source", () => {
    const entry = threadEntry("store-thread", "file:///holdfast/src/stores/sqlite/table-store.ts");
    expect(entry.href).toBe("file:///holdfast/src/stores/sqlite/store-thread.ts");
  });

  it("is the built file in the same flat folder as a built chunk", () => {
    const entry = threadEntry("store-thread", "file:///holdfast/dist/chunk-ABC123.js");
    expect(entry.href).toBe("file:///holdfast/dist/store-thread.js");
  });
});
