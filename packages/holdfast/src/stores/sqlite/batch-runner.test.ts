import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Table } from "../../model/app-model.ts";
import type { Item } from "../../model/attribute-value.ts";
import { readAnswer, type Answer } from "./answer-codec.ts";
import { BatchRunner, tablesLayout } from "./batch-runner.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { readChange } from "./change-codec.ts";
import { Database } from "./database.ts";
import { writeRequest, type Request } from "./request-codec.ts";

const games: Table = { name: "games", key: { name: "id", type: "string" }, indexes: [], retain: false };

const put = (id: string, attributes: Item = {}): Request => ({
  kind: "write",
  writes: [{ kind: "put", table: "games", item: { id: { S: id }, ...attributes } }],
});
const get = (id: string): Request => ({ kind: "get", table: "games", key: { id: { S: id } } });
const large: Item = { text: { S: "x".repeat(300_000) } };

let folder: string;
let database: Database;
let runner: BatchRunner;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-"));
  const file = join(folder, "tables.db");
  database = new Database(file, tablesLayout);
  runner = new BatchRunner(database, file);
  run({ kind: "define", tables: [games] });
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function run(...requests: readonly Request[]) {
  const writer = new ByteWriter();
  for (const request of requests) writeRequest(writer, request);
  const batch = {
    nowMs: 1_000,
    isWatched: true,
    count: requests.length,
    bytes: writer.take(),
    isClosing: false,
  };
  const { count, bytes, changeCount, changes } = runner.run([batch]);
  const answers = new ByteReader(bytes);
  const changed = new ByteReader(changes);
  return {
    answers: Array.from({ length: count }, () => answers.within(() => readAnswer(answers))),
    sequences: Array.from({ length: changeCount }, () => readChange(changed).sequence),
  };
}

/** Lets the database grow by so many pages and no further: what a full disk does. */
function limitGrowth(pages: number): void {
  const { page_count: count } = database.prepare("PRAGMA page_count").get() ?? {};
  database.execute(`PRAGMA max_page_count = ${Number(count) + pages}`);
}

const codeOf = (answer: Answer | undefined): string | undefined =>
  answer?.kind === "failed" ? answer.failure.error.code : undefined;

describe("BatchRunner", () => {
  it("answers the requests of a batch in order, each seeing those before it", () => {
    const { answers } = run(put("a"), get("a"), put("a", { n: { N: "1" } }), get("a"), get("b"));
    expect(answers).toEqual([
      { kind: "written", results: [{ old: undefined, new: undefined }] },
      { kind: "got", item: { id: { S: "a" } } },
      { kind: "written", results: [{ old: { id: { S: "a" } }, new: undefined }] },
      { kind: "got", item: { id: { S: "a" }, n: { N: "1" } } },
      { kind: "got", item: undefined },
    ]);
  });

  it("keeps a request that fails from harming its neighbours", () => {
    const failing: Request = {
      kind: "write",
      writes: [
        { kind: "put", table: "games", item: { id: { S: "never" } } },
        {
          kind: "check",
          table: "games",
          key: { id: { S: "a" } },
          condition: { op: "not-exists", path: ["id"] },
        },
      ],
    };
    const { answers, sequences } = run(put("a"), failing, put("b"), get("never"));
    expect(codeOf(answers[1])).toBe("CONDITION_FAILED");
    expect(answers[3]).toEqual({ kind: "got", item: undefined });
    expect(sequences).toEqual([1, 2]);
  });

  it("gives neighbours what is theirs when the disk is full for one", () => {
    limitGrowth(8);
    const { answers, sequences } = run(put("a"), put("large", large), put("b"), get("a"), get("large"));
    expect(answers.map(codeOf)).toEqual([undefined, "STATE_NOT_WRITABLE", undefined, undefined, undefined]);
    expect(answers[3]).toEqual({ kind: "got", item: { id: { S: "a" } } });
    expect(answers[4]).toEqual({ kind: "got", item: undefined });
    expect(sequences).toEqual([1, 2]);
  });

  it("goes on when there is room again", () => {
    limitGrowth(0);
    expect(codeOf(run(put("large", large)).answers[0])).toBe("STATE_NOT_WRITABLE");
    limitGrowth(1_000);
    expect(codeOf(run(put("large", large)).answers[0])).toBeUndefined();
    expect(run(get("large")).answers[0]).toMatchObject({ kind: "got", item: { id: { S: "large" } } });
  });

  it("forgets a table whose definition came to nothing", () => {
    limitGrowth(0);
    const other: Table = { ...games, name: "other" };
    const { answers } = run(
      { kind: "define", tables: [other] },
      { kind: "scan", request: { table: "other" } },
      get("a"),
    );
    expect(answers.map(codeOf)).toEqual(["STATE_NOT_WRITABLE", "TABLE_REQUEST_INVALID", undefined]);
    limitGrowth(1_000);
    expect(run({ kind: "define", tables: [other] }).answers).toEqual([{ kind: "defined", expires: false }]);
  });

  it("counts changes over commits, and none that was undone", () => {
    limitGrowth(8);
    expect(run(put("a"), put("b"), put("large", large)).sequences).toEqual([1, 2]);
    expect(run(put("c")).sequences).toEqual([3]);
  });

  it("reports what lies damaged in the database as that request's failure", () => {
    run(put("a"), put("b"));
    database.execute("UPDATE items_1 SET item = x'63' WHERE pk = CAST('a' AS BLOB)");
    const overwrite: Request = {
      kind: "write",
      writes: [
        {
          kind: "update",
          table: "games",
          key: { id: { S: "a" } },
          actions: [{ action: "remove", path: ["x"] }],
        },
      ],
    };
    expect(run(overwrite, get("b")).answers.map(codeOf)).toEqual(["STORE_FAILED", undefined]);
  });
});
