import fc from "fast-check";

import type { Table } from "../../../src/model/app-model.ts";
import { sampleTable } from "../../model/sample-model.ts";

/** Calls of DynamoDB's operations, most of them right, for comparing what different implementations make of them. */

export interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export const comparedTable: Table = sampleTable({
  name: "compared",
  key: { name: "id", type: "string" },
  sortKey: { name: "turn", type: "number" },
  indexes: [
    { name: "by-owner", key: { name: "owner1", type: "string" }, projection: "all" },
    {
      name: "by-score",
      key: { name: "owner1", type: "string" },
      sortKey: { name: "score", type: "number" },
      projection: "keys-only",
    },
  ],
});

type Json = Readonly<Record<string, unknown>>;

const id = fc.constantFrom("a", "b", "é");
const turn = fc.constantFrom("0", "1", "-1", "2.5", "10");
const name = fc.constantFrom("p", "q", "lst", "doc", "tags", "owner1", "score");
const text = fc.constantFrom("", "a", "ab", "b", "é😀");
const number = fc.constantFrom("0", "1", "-1", "1.50", "1e3", "99999999999999999999", "0.1");

const scalar: fc.Arbitrary<Json> = fc.oneof(
  text.map((S) => ({ S })),
  number.map((N) => ({ N })),
  fc.constantFrom("", "AA==", "AAE=").map((B) => ({ B })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
  fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }).map((SS) => ({ SS })),
  fc.uniqueArray(fc.constantFrom("1", "2", "3"), { minLength: 1 }).map((NS) => ({ NS })),
);
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom("x", "y"), scalar, { maxKeys: 2 }).map((M) => ({ M })),
  },
);

const key: fc.Arbitrary<Json> = fc.record({
  id: id.map((S) => ({ S })),
  turn: turn.map((N) => ({ N })),
});
const item: fc.Arbitrary<Json> = fc
  .record({
    key,
    rest: fc.dictionary(fc.constantFrom("p", "q", "lst", "doc", "tags"), value, { maxKeys: 4 }),
    owner: fc.option(fc.constantFrom({ S: "o" }, { S: "u" }), { nil: undefined }),
    score: fc.option(
      number.map((N) => ({ N })),
      { nil: undefined },
    ),
  })
  .map(({ key: keys, rest, owner, score }) => ({
    ...keys,
    ...rest,
    ...(owner !== undefined && { owner1: owner }),
    ...(score !== undefined && { score }),
  }));

/** An expression with its names and values. */
interface Expression {
  readonly text: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, Json>>;
}

const path: fc.Arbitrary<Expression> = fc.oneof(
  { weight: 4, arbitrary: name.map((one) => plain(one)) },
  { weight: 1, arbitrary: name.map((one) => ({ text: `#${one}`, names: { [`#${one}`]: one }, values: {} })) },
  { weight: 1, arbitrary: fc.constantFrom("doc.x", "doc.y", "lst[0]", "lst[1]", "lst[2]").map(plain) },
);

function plain(of: string): Expression {
  return { text: of, names: {}, values: {} };
}

const literal: fc.Arbitrary<Expression> = fc
  .tuple(fc.nat({ max: 1_000_000 }), value)
  .map(([at, one]) => ({ text: `:v${at}`, names: {}, values: { [`:v${at}`]: one } }));

const operand = fc.oneof(
  { weight: 3, arbitrary: path },
  { weight: 3, arbitrary: literal },
  { weight: 1, arbitrary: path.map((one) => ({ ...one, text: `size(${one.text})` })) },
);

function join(parts: readonly Expression[], write: (...texts: readonly string[]) => string): Expression {
  return {
    text: write(...parts.map((part) => part.text)),
    names: Object.assign({}, ...parts.map((part) => part.names)) as Expression["names"],
    values: Object.assign({}, ...parts.map((part) => part.values)) as Expression["values"],
  };
}

const comparator = fc.constantFrom("=", "<>", "<", "<=", ">", ">=");

const test: fc.Arbitrary<Expression> = fc.oneof(
  fc.tuple(path, comparator, literal).map(([a, op, b]) => join([a, b], (x, y) => `${x} ${op} ${y}`)),
  // One side is a literal: what two that are absent are to one another is nowhere documented.
  fc.tuple(operand, comparator, literal).map(([a, op, b]) => join([a, b], (x, y) => `${x} ${op} ${y}`)),
  fc.tuple(literal, comparator, operand).map(([a, op, b]) => join([a, b], (x, y) => `${x} ${op} ${y}`)),
  fc
    .tuple(fc.constantFrom("attribute_exists", "attribute_not_exists"), path)
    .map(([call, a]) => join([a], (x) => `${call}(${x})`)),
  fc
    .tuple(fc.constantFrom("begins_with", "contains"), path, literal)
    .map(([call, a, b]) => join([a, b], (x, y) => `${call}(${x}, ${y})`)),
  fc.tuple(path, fc.constantFrom("S", "N", "L", "M", "SS")).map(([a, type]) => ({
    text: `attribute_type(${a.text}, :type${type})`,
    names: a.names,
    values: { [`:type${type}`]: { S: type } },
  })),
  fc.tuple(path, literal, literal).map((parts) => join(parts, (a, b, c) => `${a} BETWEEN ${b} AND ${c}`)),
  fc.tuple(path, literal, literal).map((parts) => join(parts, (a, b, c) => `${a} in (${b}, ${c})`)),
);

const condition: fc.Arbitrary<Expression> = fc.oneof(
  { weight: 4, arbitrary: test },
  { weight: 1, arbitrary: fc.tuple(test, test).map((parts) => join(parts, (a, b) => `${a} AND NOT ${b}`)) },
  {
    weight: 1,
    arbitrary: fc.tuple(test, test, test).map((parts) => join(parts, (a, b, c) => `(${a} OR ${b}) and ${c}`)),
  },
);

const assigned: fc.Arbitrary<Expression> = fc.oneof(
  { weight: 3, arbitrary: literal },
  { weight: 1, arbitrary: path },
  {
    weight: 1,
    arbitrary: fc.tuple(path, literal).map((parts) => join(parts, (a, b) => `if_not_exists(${a}, ${b})`)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(path, literal).map((parts) => join(parts, (a, b) => `list_append(${a}, ${b})`)),
  },
  { weight: 1, arbitrary: fc.tuple(path, literal).map((parts) => join(parts, (a, b) => `${a} + ${b}`)) },
  { weight: 1, arbitrary: fc.tuple(literal, path).map((parts) => join(parts, (a, b) => `${a} - ${b}`)) },
);

const clause: fc.Arbitrary<Expression> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(path, assigned).map((parts) => join(parts, (a, b) => `SET ${a} = ${b}`)) },
  { weight: 1, arbitrary: path.map((one) => join([one], (a) => `REMOVE ${a}`)) },
  { weight: 1, arbitrary: fc.tuple(path, literal).map((parts) => join(parts, (a, b) => `add ${a} ${b}`)) },
  { weight: 1, arbitrary: fc.tuple(path, literal).map((parts) => join(parts, (a, b) => `DELETE ${a} ${b}`)) },
);

// One that only takes away is left out: see the differences that are known.
const update: fc.Arbitrary<Expression> = fc
  .tuple(clause, fc.option(clause, { nil: undefined }))
  .map(([first, second]) => {
    const both = second === undefined ? first : join([first, second], (a, b) => `${a} ${b}`);
    if (/SET|add/.test(both.text)) return both;
    const set: Expression = { text: "SET fresh = :fresh", names: {}, values: { ":fresh": { N: "1" } } };
    return join([set, both], (a, b) => `${a} ${b}`);
  });

/** Puts expressions into an input, under the names of the parameters. */
function withExpressions(input: Json, expressions: Readonly<Record<string, Expression | undefined>>): Json {
  const given = Object.entries(expressions).flatMap(([parameter, one]) =>
    one === undefined ? [] : [[parameter, one] as const],
  );
  const { names, values } = join(
    given.map(([, one]) => one),
    () => "",
  );
  return {
    ...input,
    ...Object.fromEntries(given.map(([parameter, one]) => [parameter, one.text])),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

const TableName = comparedTable.name;
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 1 });

const put = fc
  .record({
    Item: item,
    ConditionExpression: maybe(condition),
    ReturnValues: fc.constantFrom("NONE", "ALL_OLD"),
  })
  .map(({ ConditionExpression, ...rest }) =>
    call("PutItem", withExpressions({ TableName, ...rest }, { ConditionExpression })),
  );

const remove = fc
  .record({
    Key: key,
    ConditionExpression: maybe(condition),
    ReturnValues: fc.constantFrom("NONE", "ALL_OLD"),
  })
  .map(({ ConditionExpression, ...rest }) =>
    call("DeleteItem", withExpressions({ TableName, ...rest }, { ConditionExpression })),
  );

const change = fc
  .record({
    Key: key,
    UpdateExpression: update,
    ConditionExpression: fc.option(condition, { nil: undefined, freq: 4 }),
    ReturnValues: fc.constantFrom("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"),
  })
  .map(({ UpdateExpression, ConditionExpression, ...rest }) =>
    call("UpdateItem", withExpressions({ TableName, ...rest }, { UpdateExpression, ConditionExpression })),
  );

const get = fc
  .record({ Key: key, paths: maybe(fc.tuple(path, path)) })
  .map(({ Key, paths }) =>
    call(
      "GetItem",
      withExpressions(
        { TableName, Key },
        { ProjectionExpression: paths === undefined ? undefined : join(paths, (a, b) => `${a}, ${b}`) },
      ),
    ),
  );

const keyCondition: fc.Arbitrary<Expression> = fc
  .tuple(id, fc.constantFrom("", "=", "<", "<=", ">", ">=", "BETWEEN"), turn)
  .map(([S, op, N]) => {
    const sort = op === "" ? "" : op === "BETWEEN" ? " AND turn BETWEEN :n AND :m" : ` AND turn ${op} :n`;
    return {
      text: `id = :id${sort}`,
      names: {},
      values: {
        ":id": { S },
        ...(op !== "" && { ":n": { N } }),
        ...(op === "BETWEEN" && { ":m": { N: "10" } }),
      },
    };
  });

const find = fc
  .record({
    KeyConditionExpression: keyCondition,
    FilterExpression: maybe(condition),
    ScanIndexForward: fc.boolean(),
    Limit: maybe(fc.constantFrom(1, 2, 5)),
    Select: maybe(fc.constantFrom("COUNT", "ALL_ATTRIBUTES")),
  })
  .map(({ KeyConditionExpression, FilterExpression, Limit, Select, ScanIndexForward }) =>
    call(
      "Query",
      withExpressions(
        {
          TableName,
          ScanIndexForward,
          ...(Limit !== undefined && { Limit }),
          ...(Select !== undefined && { Select }),
        },
        { KeyConditionExpression, FilterExpression },
      ),
    ),
  );

const findByIndex = fc
  .record({ IndexName: fc.constantFrom("by-owner", "by-score"), S: fc.constantFrom("o", "u") })
  .map(({ IndexName, S }) =>
    call("Query", {
      TableName,
      IndexName,
      KeyConditionExpression: "owner1 = :o",
      ExpressionAttributeValues: { ":o": { S } },
    }),
  );

const scanAll = maybe(condition).map((FilterExpression) =>
  call("Scan", withExpressions({ TableName }, { FilterExpression })),
);

function call(operation: string, input: Json): Call {
  return { operation, input };
}

export const anyCall: fc.Arbitrary<Call> = fc.oneof(
  { weight: 5, arbitrary: put },
  { weight: 1, arbitrary: remove },
  { weight: 6, arbitrary: change },
  { weight: 2, arbitrary: get },
  { weight: 2, arbitrary: find },
  { weight: 1, arbitrary: findByIndex },
  { weight: 2, arbitrary: scanAll },
);
