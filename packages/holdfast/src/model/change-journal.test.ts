import { expect, it } from "vitest";
import { sampleTable } from "../../test/model/sample-model.ts";
import { tablesWithReadStreams } from "./change-journal.ts";

it("streams that nothing reads are not written", () => {
  const tables = ["read", "unread", "none"].map((name) =>
    sampleTable({ name, ...(name !== "none" && { stream: "new" as const }) }),
  );
  const source = {
    function: "listen",
    batchSize: 1,
    windowMs: 0,
    partialFailures: false,
    filters: [],
    bisects: false,
  };
  const eventSources = ["read", "none"].map((table) => ({
    ...source,
    source: { kind: "table" as const, table, from: "latest" as const },
  }));
  expect(tablesWithReadStreams({ tables, eventSources }).map(({ name, stream }) => [name, stream])).toEqual([
    ["read", "new"],
    ["unread", undefined],
    ["none", undefined],
  ]);
});
