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
import { sweepIntervalMs } from "../../src/stores/sweeper.ts";
import { index, key, startMs, table } from "./table-store-fixture.ts";

/** One step of a program that two stores carry out side by side. */
export type ProgramStep =
  | { readonly step: "get"; readonly table: string; readonly key: Item }
  | { readonly step: "write"; readonly writes: readonly Write[] }
  /** `continues`: from where the last page ended, if it did. */
  | { readonly step: "query"; readonly request: QueryRequest; readonly continues: boolean }
  | { readonly step: "scan"; readonly request: ScanRequest; readonly continues: boolean }
  | { readonly step: "define"; readonly tables: readonly Table[] }
  /** A whole number of sweeps: so a store that was opened again sweeps when the other does. */
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
const word = fc.constantFrom("x", "xy", "\uFF5E", "\u{1F600}");
const text = fc.oneof(word, fc.constant(""));
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

const ordered = fc.oneof(
  fc.record({ N: number }),
  fc.record({ S: text }),
  fc.record({ B: bytes }),
) satisfies fc.Arbitrary<AttributeValue>;
const { sound } = fc.letrec<{ sound: AttributeValue }>((tie) => ({
  sound: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    ordered,
    fc.constantFrom<AttributeValue>({ BOOL: true }, { BOOL: false }, { NULL: true }),
    fc.record({ SS: fc.uniqueArray(text, { minLength: 1 }) }),
    fc.record({ NS: fc.uniqueArray(fc.constantFrom("-1", "0", "2", "1e1", "2.5"), { minLength: 1 }) }),
    fc.record({ BS: fc.uniqueArray(bytes, { minLength: 1, maxLength: 2, selector: String }) }),
    fc.record({ L: fc.array(tie("sound"), { maxLength: 3 }) }),
    fc.record({ M: fc.dictionary(name, tie("sound"), { maxKeys: 3, noNullPrototype: true }) }),
  ),
}));
/** Sometimes one that must be refused. */
const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  { weight: 80, arbitrary: sound },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { N: "dog" },
      { SS: [] },
      { S: "\uD800" },
      { NS: ["1", "1.0"] },
      {} as AttributeValue,
    ),
  },
);

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
    a: fc.record({ S: word }),
    b: fc.record({ B: fc.uint8Array({ minLength: 1, maxLength: 2 }) }),
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
  { weight: 6, arbitrary: name.map((one): AttributePath => [one]) },
  { weight: 2, arbitrary: fc.tuple(name, step).map((steps): AttributePath => steps) },
  { weight: 1, arbitrary: fc.tuple(name, step, step).map((steps): AttributePath => steps) },
);
const operand: fc.Arbitrary<Operand> = fc.oneof(
  fc.record({ path }),
  fc.record({ value }),
  fc.record({ size: path }),
);

/** Operands with an order, or whose order only the item decides. */
const orderedOperand: fc.Arbitrary<Operand> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.oneof(fc.record({ path }), fc.record({ size: path }), fc.record({ value: ordered })),
  },
  { weight: 1, arbitrary: operand },
);

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    fc.record({ op: fc.constantFrom("exists", "not-exists"), path }),
    fc.record({ op: fc.constantFrom("=", "<>"), left: operand, right: operand }),
    fc.record({ op: fc.constantFrom("<", "<=", ">", ">="), left: orderedOperand, right: orderedOperand }),
    fc.record({
      op: fc.constant("between"),
      operand: orderedOperand,
      low: fc.record({ path }),
      high: orderedOperand,
    }),
    fc.record({ op: fc.constant("in"), operand, of: fc.array(operand, { minLength: 1, maxLength: 3 }) }),
    fc.record({
      op: fc.constant("begins-with"),
      path,
      operand: fc.oneof(fc.record({ path }), fc.record({ value: fc.record({ S: text }) })),
    }),
    fc.record({ op: fc.constant("contains"), path, operand }),
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
      fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: condition }),
    )
    .map(([one, test]) => ({ ...one, table: of, ...(test !== undefined && { condition: test }) }) as Write),
);

const sort: fc.Arbitrary<SortCondition> = fc.oneof(
  fc.record({ op: fc.constantFrom("=", "<", "<=", ">", ">="), value: fc.record({ N: number }) }),
  fc.record({ op: fc.constant("between"), low: fc.constant({ N: "0" }), high: fc.record({ N: number }) }),
  fc.record({ op: fc.constant("begins-with"), value }),
) as fc.Arbitrary<SortCondition>;

const paging = { limit: fc.integer({ min: 1, max: 4 }), filter: condition };

const place: fc.Arbitrary<Pick<QueryRequest, "table" | "index" | "key">> = fc.oneof(
  fc.record({ table: tableName, key: id }),
  fc.record({ table: tableName, index: fc.constant("byGroup"), key: fc.record({ S: word }) }),
  fc.record({ table: fc.constant("plain"), index: fc.constant("byBytes"), key: fc.record({ B: bytes }) }),
);

const query = fc
  .tuple(place, fc.record({ ...paging, sort, descending: fc.boolean() }, { requiredKeys: [] }))
  .map(([what, how]) => ({ ...what, ...how }) as QueryRequest);
const scan = fc
  .tuple(place, fc.record(paging, { requiredKeys: [] }))
  .map(([{ key: _key, ...what }, how]) => ({ ...what, ...how }) as ScanRequest);

export const program: fc.Arbitrary<readonly ProgramStep[]> = fc.array(
  fc.oneof(
    {
      weight: 120,
      arbitrary: fc.record({
        step: fc.constant("write" as const),
        writes: fc.array(write, { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 32,
      arbitrary: tableName.chain((of) =>
        fc.record({ step: fc.constant("get" as const), table: fc.constant(of), key: keyOf(of) }),
      ),
    },
    {
      weight: 32,
      arbitrary: fc.record({ step: fc.constant("query" as const), request: query, continues: fc.boolean() }),
    },
    {
      weight: 32,
      arbitrary: fc.record({ step: fc.constant("scan" as const), request: scan, continues: fc.boolean() }),
    },
    { weight: 8, arbitrary: fc.record({ step: fc.constant("define" as const), tables: definitions }) },
    {
      weight: 12,
      arbitrary: fc.record({
        step: fc.constant("pass" as const),
        ms: fc.constantFrom(sweepIntervalMs, 4 * sweepIntervalMs),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ step: "reopen" as const }) },
  ),
  { minLength: 1, maxLength: 60, size: "max" },
);
