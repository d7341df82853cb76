import { describe, expect, it } from "vitest";

import { onlyFinding } from "../../test/model/only-finding.ts";
import { sampleModel, sampleTable } from "../../test/model/sample-model.ts";
import type { AppModel, Table } from "./app-model.ts";
import { validateModel } from "./validate.ts";

const validate = (change: Partial<AppModel>) => validateModel({ ...sampleModel, ...change });
const validateTable = (change: Partial<Table>) => validate({ tables: [sampleTable(change)] });

describe("tables", () => {
  const text = (name: string) => ({ name, type: "string" as const });
  const index = (name: string, change: Partial<Table["indexes"][number]> = {}) => ({
    name,
    key: text("other"),
    projection: "all" as const,
    ...change,
  });

  it.each<[string, Partial<Table>, string, string]>([
    ["the same key twice", { sortKey: text("id") }, "table:games", "are both"],
    [
      "an index with the same key twice",
      { indexes: [index("i", { sortKey: text("other") })] },
      "table:games/index:i",
      "are both",
    ],
    ["a key without a name", { key: text("") }, "table:games", "1 to 255 bytes"],
    ["a key's name too long in bytes", { key: text("é".repeat(128)) }, "table:games", "1 to 255 bytes"],
    [
      "an attribute of two types",
      { indexes: [index("i", { key: { name: "id", type: "number" } })] },
      "table:games",
      "as string and as number",
    ],
    ["a key as ttl", { ttl: "id" }, "table:games", "one of its key attributes"],
    ["a sort key as ttl", { sortKey: { name: "at", type: "number" }, ttl: "at" }, "table:games", "key attr"],
    ["an index's text as ttl", { indexes: [index("i")], ttl: "other" }, "table:games", "it is a number"],
    ["a ttl without a name", { ttl: "" }, "table:games", "no name"],
    [
      "too many indexes",
      { indexes: Array.from({ length: 21 }, (_, at) => index(`i${at}`)) },
      "table:games",
      "more than 20",
    ],
  ])("must not have %s", (_, change, subject, message) => {
    const finding = onlyFinding(validateTable(change));
    expect(finding).toMatchObject({ code: "TABLE_INVALID", subject });
    expect(finding.message).toContain(message);
  });

  it("must not have two indexes of one name", () => {
    expect(onlyFinding(validateTable({ indexes: [index("i"), index("i")] }))).toMatchObject({
      code: "TABLE_INVALID",
      subject: "table:games/index:i",
      occurrence: 1,
    });
  });

  it("may have a number in an index as ttl, and an attribute in several keys", () => {
    const indexes = [
      index("i", { sortKey: { name: "expires", type: "number" } }),
      index("j", { key: text("id"), sortKey: text("other") }),
    ];
    expect(validateTable({ ttl: "expires", indexes })).toEqual([]);
  });
});
