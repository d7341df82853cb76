import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { ConditionFailedError } from "../../src/base/errors.ts";
import type { Item } from "../../src/model/attribute-value.ts";
import type { Page } from "../../src/model/table-request.ts";
import type { TableStore } from "../../src/ports/table-store.ts";
import { index, key, prepareStores, readAll, table, type StoreOpener } from "./table-store-fixture.ts";
import {
  passes,
  placeOf,
  TableModel,
  toCondition,
  toRecord,
  toSort,
  toWrite,
  type Edit,
  type Narrowing,
  type PlainWrite,
  type Record,
  type Test,
} from "./table-store-model.ts";

/** A step asks for several things at once, without waiting, then looks at pages, then lets time pass. */
interface Step {
  readonly writes: readonly (readonly PlainWrite[])[];
  readonly looks: readonly Look[];
  readonly passMs: number;
}

type Look = { readonly limit: number; readonly filter?: Test } & (
  | {
      readonly look: "query";
      readonly id: string;
      readonly narrowing?: Narrowing;
      readonly descending: boolean;
    }
  | { readonly look: "group"; readonly group: string; readonly descending: boolean }
  | { readonly look: "scan" }
);

// Few values, so that programs meet themselves; some on either side of where text orders differ.
const id = fc.constantFrom("a", "b", "\uFF5E", "\u{1F600}");
const at = fc.constantFrom(-10, -0.5, 0, 1, 2, 9, 10, 1e21);
const group = fc.constantFrom("g", "gh", "\uFF5E", "\u{1F600}");
const small = fc.integer({ min: -3, max: 3 });
const tag = fc.constantFrom("red", "blue", "green");

const record: fc.Arbitrary<Record> = fc.record(
  {
    id,
    at,
    group,
    rank: small,
    n: small,
    tags: fc.uniqueArray(tag, { minLength: 1 }).map((tags) => new Set(tags)),
    // Counted from when the program begins.
    ttl: fc.integer({ min: -5, max: 30 }),
  },
  { requiredKeys: ["id", "at"] },
);

const test: fc.Arbitrary<Test> = fc.oneof(
  fc.constantFrom<Test>({ test: "there" }, { test: "absent" }),
  fc.record({ test: fc.constantFrom("n is", "n is not", "n below"), n: small }),
  fc.record({ test: fc.constant("has tag"), tag }),
  fc.record({ test: fc.constant("group begins"), start: group }),
);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ edit: fc.constant("count"), by: small }),
  fc.record({ edit: fc.constant("set group"), group }),
  fc.record({ edit: fc.constant("set rank"), rank: small }),
  fc.constant<Edit>({ edit: "drop group" }),
  fc.record({ edit: fc.constantFrom("tag", "untag"), tag }),
);

/** Which attribute an edit is about: two of one update are never about the same. */
const subjectOf = (one: Edit): string | undefined => one.edit.split(" ").at(-1)?.replace("untag", "tag");

const plainWrite: fc.Arbitrary<PlainWrite> = fc
  .tuple(
    fc.oneof(
      fc.record({ write: fc.constant("put"), record }),
      fc.record({ write: fc.constant("delete"), id, at }),
      fc.record({
        write: fc.constant("update"),
        id,
        at,
        edits: fc.uniqueArray(edit, { selector: subjectOf, maxLength: 3 }),
      }),
    ),
    fc.option(test, { nil: undefined }),
  )
  .map(
    ([write, condition]) => ({ ...write, ...(condition !== undefined && { test: condition }) }) as PlainWrite,
  );

const writes = fc.uniqueArray(plainWrite, {
  minLength: 1,
  maxLength: 4,
  selector: (one) => placeOf(one).join("/"),
});

const narrowing: fc.Arbitrary<Narrowing> = fc
  .record({ op: fc.constantFrom("<", "<=", "=", ">=", ">", "between"), value: at, other: at })
  .map(({ op, value, other }) => ({ op, value: Math.min(value, other), high: Math.max(value, other) }));

const look: fc.Arbitrary<Look> = fc
  .tuple(
    fc.oneof(
      fc.record(
        { look: fc.constant("query"), id, narrowing, descending: fc.boolean() },
        { requiredKeys: ["look", "id", "descending"] },
      ),
      fc.record({ look: fc.constant("group"), group, descending: fc.boolean() }),
      fc.constant({ look: "scan" }),
    ),
    fc.record({ limit: fc.integer({ min: 1, max: 12 }), filter: test }, { requiredKeys: ["limit"] }),
  )
  .map(([what, how]) => ({ ...what, ...how }) as Look);

const program: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    writes: fc.array(writes, { maxLength: 12 }),
    looks: fc.array(look, { maxLength: 3 }),
    passMs: fc.constantFrom(0, 0, 500, 1_000, 7_000),
  }),
  { maxLength: 5 },
);

export function describeTableStoreProperties(name: string, open: StoreOpener): void {
  describe(`properties of ${name}`, () => {
    const openStore = prepareStores(open);

    it("does what plain JavaScript does, whatever the program", async () => {
      const { store, clock } = await openStore();
      let run = 0;
      const holds = fc.assert(
        fc.asyncProperty(program, async (steps) => {
          run += 1;
          const tableName = `t${run}`;
          await store.define([
            table(tableName, {
              sortKey: key("at", "number"),
              ttl: "ttl",
              indexes: [index("byGroup", { sortKey: key("rank", "number") })],
            }),
          ]);
          const model = new TableModel();
          const begunSeconds = Math.floor(clock.now() / 1000);
          for (const step of steps) {
            model.nowSeconds = clock.now() / 1000;
            const writes = step.writes.map((some) => some.map((one) => withExpiryFrom(begunSeconds, one)));
            await runTogether(store, tableName, model, writes);
            for (const one of step.looks) await takeLook(store, tableName, model, one);
            clock.advance(step.passMs);
          }
        }),
        { numRuns: 300 },
      );
      await expect(holds).resolves.toBeUndefined();
    });
  });
}

function withExpiryFrom(seconds: number, write: PlainWrite): PlainWrite {
  if (write.write !== "put" || write.record.ttl === undefined) return write;
  return { ...write, record: { ...write.record, ttl: write.record.ttl + seconds } };
}

/** Nobody waits between the requests: they must take effect in their order all the same. */
async function runTogether(
  store: TableStore,
  tableName: string,
  model: TableModel,
  requests: readonly (readonly PlainWrite[])[],
): Promise<void> {
  const outcomes = requests.map((writes) =>
    store.write(writes.map((write) => toWrite(tableName, write))).then(
      (results) => results.map((result) => result.new && toRecord(result.new)),
      (error: Partial<ConditionFailedError>) => (error.code === "CONDITION_FAILED" ? error.index : error),
    ),
  );
  expect(await Promise.all(outcomes)).toEqual(requests.map((writes) => model.write(writes)));
}

async function takeLook(store: TableStore, tableName: string, model: TableModel, look: Look): Promise<void> {
  const expected = expectedOf(model, look);
  const kept = expected.filter((one) => look.filter === undefined || passes(look.filter, one));
  let scanned = 0;
  const items = await readAll(async (start) => {
    const page = await readPage(store, tableName, look, start);
    expect(page.scanned).toBeLessThanOrEqual(look.limit);
    scanned += page.scanned;
    return page;
  });
  expect(scanned).toBe(expected.length);
  const inComparableOrder = look.look === "scan" ? byPlace : (records: readonly Record[]) => records;
  expect(inComparableOrder(items.map(toRecord))).toEqual(inComparableOrder(kept));
  for (const one of expected) {
    const found = await store.get(tableName, { id: { S: one.id }, at: { N: String(one.at) } });
    expect(found && toRecord(found)).toEqual(one);
  }
}

/** A scan's own order is nobody's business but the store's. */
function byPlace(records: readonly Record[]): readonly Record[] {
  const place = ({ id: name, at: position }: Record): string => `${name}/${position}`;
  return records.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

function expectedOf(model: TableModel, look: Look): readonly Record[] {
  if (look.look === "query") return model.query(look.id, look.narrowing, look.descending);
  return look.look === "group" ? model.inGroup(look.group, look.descending) : model.all();
}

function readPage(store: TableStore, tableName: string, look: Look, start: Item | undefined): Promise<Page> {
  const page = {
    table: tableName,
    limit: look.limit,
    ...(start !== undefined && { start }),
    ...(look.filter !== undefined && { filter: toCondition(look.filter) }),
  };
  if (look.look === "scan") return store.scan(page);
  const { descending } = look;
  if (look.look === "group") {
    return store.query({ ...page, index: "byGroup", key: { S: look.group }, descending });
  }
  const sort = look.narrowing === undefined ? {} : { sort: toSort(look.narrowing) };
  return store.query({ ...page, key: { S: look.id }, descending, ...sort });
}
