import { once } from "node:events";

import { describe, expect, it } from "vitest";

import { loadSqlite } from "./load-sqlite.ts";

describe("loadSqlite", () => {
  it("gives Node's SQLite, and leaves every other warning to be shown", async () => {
    const { DatabaseSync } = loadSqlite();
    const database = new DatabaseSync(":memory:");
    expect(database.prepare("SELECT 1 AS one").get()).toEqual({ one: 1 });
    database.close();
    const shown = once(process, "warning");
    process.emitWarning("SQLite is an experimental feature, says somebody else", "OtherWarning");
    expect(await shown).toMatchObject([{ name: "OtherWarning" }]);
  });
});
