import fc from "fast-check";

import type { Table } from "../../src/model/app-model.ts";
import type { AttributeType, AttributeValue, Item } from "../../src/model/attribute-value.ts";
import type {
  AttributePath,
  Condition,
  Operand,
  QueryRequest,
  ScanRequest,
  SortCondition,
  UpdateAction,
  UpdateValue,
  Write,
} from "../../src/model/table-request.ts";
import { index, key, startMs, table } from "./table-store-fixture.ts";

/** One step of a program that two stores carry out side by side. */
export type ProgramStep =
  | { readonly step: "get"; readonly table: string; readonly key: Item }
  | { readonly step: "write"; readonly writes: readonly Write[] }
  /** `continues`: from where the last page ended, if it did. */
  | { readonly step: "query"; readonly request: QueryRequest; readonly continues: boolean }
  | { readonly step: "scan"; readonly request: ScanRequest; readonly continues: boolean }
  | { readonly step: "define"; readonly tables: readonly Table[] }
  | { readonly step: "pass"; readonly ms: number }
  | { readonly step: "reopen" };

const byGroup = index("byGroup", { key: key("a"), sortKey: key("n", "number") });
const plain = table("plain", {
  ttl: "ttl",
  indexes: [byGroup, index("byBytes", { key: key("b", "binary"), projection: ["c"] })],
});
const sorted = table("sorted", {
  sortKey: key("n", "number"),
  indexes: [index("byGroup", { key: key("a"), projection: "keys-only" })],
});
export const firstTables: readonly Table[] = [plain, sorted];

const definitions: fc.Arbitrary<readonly Table[]> = fc.constantFrom<readonly Table[]>(
  [plain],
  [{ ...plain, indexes: [] }],
  [{ ...plain, indexes: [{ ...byGroup, key: key("c") }] }],
  [{ ...plain, ttl: "n" }, sorted],
  [{ ...sorted, ttl: "ttl", indexes: [byGroup] }],
  [{ ...sorted, sortKey: key("n", "binary") }],
  [{ ...plain, key: key("a") }, table("third")],
);

const tableName = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom("plain", "sorted") },
  { weight: 1, arbitrary: fc.constant("third") },
);
const name = fc.constantFrom("a", "b", "c", "n", "m", "l", "s", "ttl");
const text = fc.constantFrom("", "x", "xy", "\uFF5E", "\u{1F600}");
const number = fc.oneof(
  fc.constantFrom(
    "0",
    "1",
    "1.0",
    "-1",
    "2",
    "10",
    "-10",
    "1e-130",
    "12345678901234567890123456789012345678",
  ),
  fc.integer({ min: -40, max: 40 }).map((seconds) => String(startMs / 1000 + seconds)),
);
const bytes = fc.uint8Array({ maxLength: 2 });

const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    fc.record({ N: number }),
    fc.record({ S: text }),
    fc.record({ B: bytes }),
    fc.constantFrom<AttributeValue>({ BOOL: true }, { BOOL: false }, { NULL: true }),
    fc.record({ SS: fc.uniqueArray(text, { minLength: 1 }) }),
    fc.record({ NS: fc.array(number, { minLength: 1, maxLength: 3 }) }),
    fc.record({ BS: fc.uniqueArray(bytes, { minLength: 1, maxLength: 2, selector: String }) }),
    fc.record({ L: fc.array(tie("value"), { maxLength: 3 }) }),
    fc.record({ M: fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }) }),
    // What must be refused, now and then.
    fc.constantFrom({ N: "dog" }, { SS: [] }, { S: "\uD800" }, {} as AttributeValue),
  ),
}));

/** Keys and attributes that mostly suit the tables, and sometimes not. */
const id = fc.constantFrom("1", "2", "\uFF5E", "\u{1F600}").map((S): AttributeValue => ({ S }));
const keyOf = (tableOf: string): fc.Arbitrary<Item> =>
  fc.oneof(
    {
      weight: 30,
      arbitrary: tableOf === "sorted" ? fc.record({ id, n: fc.record({ N: number }) }) : fc.record({ id }),
    },
    { weight: 1, arbitrary: fc.record({ id, n: value }) },
  );
const suited: fc.Arbitrary<Item> = fc.record(
  {
    a: fc.record({ S: text }),
    b: fc.record({ B: bytes }),
    n: fc.record({ N: number }),
    ttl: fc.record({ N: number }),
    c: value,
    m: fc.record({ M: fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true }) }),
    l: fc.record({ L: fc.array(value, { maxLength: 4 }) }),
    s: fc.record({ SS: fc.uniqueArray(text, { minLength: 1 }) }),
  },
  { requiredKeys: [] },
);

const step = fc.oneof<fc.Arbitrary<string | number>[]>(name, fc.nat(4));
const path = fc.oneof(
  name.map((one): AttributePath => [one]),
  fc.tuple(name, step).map((steps): AttributePath => steps),
  fc.tuple(name, step, step).map((steps): AttributePath => steps),
);
const operand: fc.Arbitrary<Operand> = fc.oneof(
  fc.record({ path }),
  fc.record({ value }),
  fc.record({ size: path }),
);

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    fc.record({ op: fc.constantFrom("exists", "not-exists"), path }),
    fc.record({ op: fc.constantFrom("=", "<>", "<", "<=", ">", ">="), left: operand, right: operand }),
    fc.record({ op: fc.constant("between"), operand, low: operand, high: operand }),
    fc.record({ op: fc.constant("in"), operand, of: fc.array(operand, { minLength: 1, maxLength: 3 }) }),
    fc.record({ op: fc.constantFrom("begins-with", "contains"), path, operand }),
    fc.record({
      op: fc.constant("type"),
      path,
      type: fc.constantFrom<AttributeType>("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"),
    }),
    fc.record({
      op: fc.constantFrom("and", "or"),
      of: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant("not"), of: tie("condition") }),
  ) as fc.Arbitrary<Condition>,
}));

const { updateValue } = fc.letrec<{ updateValue: UpdateValue }>((tie) => ({
  updateValue: fc.oneof(
    { depthSize: "small", maxDepth: 2 },
    operand,
    fc.record({ ifNotExists: path, otherwise: tie("updateValue") }),
    fc.record({ listAppend: fc.tuple(tie("updateValue"), tie("updateValue")) }),
    fc.record({ plus: fc.tuple(tie("updateValue"), tie("updateValue")) }),
    fc.record({ minus: fc.tuple(tie("updateValue"), tie("updateValue")) }),
  ) as fc.Arbitrary<UpdateValue>,
}));

const action: fc.Arbitrary<UpdateAction> = fc.oneof(
  fc.record({ action: fc.constant("set"), path, value: updateValue }),
  fc.record({ action: fc.constant("remove"), path }),
  fc.record({ action: fc.constantFrom("add", "delete"), path, value }),
) as fc.Arbitrary<UpdateAction>;

const write: fc.Arbitrary<Write> = tableName.chain((of) =>
  fc
    .tuple(
      fc.oneof(
        fc.tuple(suited, keyOf(of)).map(([more, place]) => ({ kind: "put", item: { ...more, ...place } })),
        fc.record({ kind: fc.constant("delete"), key: keyOf(of) }),
        fc.record({
          kind: fc.constant("update"),
          key: keyOf(of),
          actions: fc.array(action, { maxLength: 3 }),
        }),
      ),
      fc.option(condition, { nil: undefined, freq: 3 }),
    )
    .map(([one, test]) => ({ ...one, table: of, ...(test !== undefined && { condition: test }) }) as Write),
);

const sort: fc.Arbitrary<SortCondition> = fc.oneof(
  fc.record({ op: fc.constantFrom("=", "<", "<=", ">", ">="), value: fc.record({ N: number }) }),
  fc.record({ op: fc.constant("between"), low: fc.record({ N: number }), high: fc.record({ N: number }) }),
  fc.record({ op: fc.constant("begins-with"), value }),
) as fc.Arbitrary<SortCondition>;

const paging = {
  index: fc.constantFrom("byGroup", "byBytes"),
  limit: fc.integer({ min: 1, max: 4 }),
  filter: condition,
};

const query = fc.record(
  {
    ...paging,
    table: tableName,
    key: fc.oneof(id, fc.record({ S: text }), fc.record({ B: bytes })),
    sort,
    descending: fc.boolean(),
  },
  { requiredKeys: ["table", "key"] },
) as fc.Arbitrary<QueryRequest>;
const scan = fc.record(
  { ...paging, table: tableName },
  { requiredKeys: ["table"] },
) as fc.Arbitrary<ScanRequest>;

export const program: fc.Arbitrary<readonly ProgramStep[]> = fc.array(
  fc.oneof(
    {
      weight: 30,
      arbitrary: fc.record({
        step: fc.constant("write" as const),
        writes: fc.array(write, { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 8,
      arbitrary: tableName.chain((of) =>
        fc.record({ step: fc.constant("get" as const), table: fc.constant(of), key: keyOf(of) }),
      ),
    },
    {
      weight: 8,
      arbitrary: fc.record({ step: fc.constant("query" as const), request: query, continues: fc.boolean() }),
    },
    {
      weight: 8,
      arbitrary: fc.record({ step: fc.constant("scan" as const), request: scan, continues: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ step: fc.constant("define" as const), tables: definitions }) },
    {
      weight: 3,
      arbitrary: fc.record({ step: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ step: "reopen" as const }) },
  ),
  { minLength: 1, maxLength: 60, size: "max" },
);
