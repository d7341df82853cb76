import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openTables, type OpenTables } from "../../../../test/contract/dynamodb/dynamodb-fixture.ts";
import type { OperationInput } from "../../service-face.ts";

let opened: OpenTables;

beforeEach(async () => {
  opened = await openTables();
});

afterEach(() => opened.close());

const execute = (Statement: string, more: OperationInput = {}) =>
  opened.run("ExecuteStatement", { Statement, ...more });

async function itemsOf(statement: string, ...Parameters: readonly unknown[]): Promise<unknown> {
  return (await execute(statement, Parameters.length > 0 ? { Parameters } : {})).Items;
}

const turns = async (statement: string) =>
  ((await itemsOf(statement)) as { turn?: { N: string } }[]).map(({ turn }) => Number(turn?.N));

describe("SELECT", () => {
  beforeEach(() => opened.fill());

  test.each<[string, readonly number[]]>([
    [`SELECT * FROM games WHERE id = 'a'`, [0, 1, 2, 3, 4]],
    [`SELECT * FROM "games" WHERE "id" = 'a' AND turn >= 2 AND turn < 4`, [2, 3]],
    [`select turn from games where id = 'a' and turn between 1 and 3 order by turn desc`, [3, 2, 1]],
    [`SELECT * FROM games WHERE id IN ['a', 'b'] AND turn IN (1, 3)`, [1, 3]],
    [`SELECT * FROM games WHERE id = 'a' AND (player = 'odd' OR turn = 0)`, [0, 1, 3]],
    [`SELECT * FROM games WHERE id = 'a' AND NOT player = 'odd' AND turn <> 0`, [2, 4]],
    [`SELECT * FROM games WHERE id = 'a' AND player NOT IN ('odd') AND turn != 0`, [2, 4]],
    [`SELECT * FROM games WHERE begins_with("player", 'ev') AND 'a' = id`, [0, 2, 4]],
    [`SELECT * FROM games WHERE id = 'a' AND contains(player, 'd') AND size(player) <= 3`, [1, 3]],
    [`SELECT * FROM games WHERE id = 'a' AND attribute_type(score, 'S')`, []],
    [`SELECT * FROM games WHERE id = 'a' AND nothing IS NOT MISSING`, []],
    [`SELECT * FROM games WHERE id = 'a' AND nothing IS MISSING AND turn < 1`, [0]],
    [`SELECT turn FROM "games"."by-player" WHERE player = 'odd'`, [1, 3]],
    [`SELECT turn FROM "games"."by-score" WHERE id = 'a' AND score < -2 ORDER BY score`, [4, 3]],
  ])("%s", async (statement, expected) => {
    expect(await turns(statement)).toEqual(expected);
  });

  test("goes on where the page before ended, for the same statement only", async () => {
    const statement = `SELECT turn FROM games WHERE id = ?`;
    const Parameters = [{ S: "a" }];
    const first = await execute(statement, { Parameters, Limit: 3 });
    expect(first.Items).toEqual([0, 1, 2].map((turn) => ({ turn: { N: `${turn}` } })));
    expect(first.LastEvaluatedKey).toEqual({ id: { S: "a" }, turn: { N: "2" } });
    const { NextToken } = first;
    expect(await execute(statement, { Parameters, NextToken })).toEqual({
      Items: [3, 4].map((turn) => ({ turn: { N: `${turn}` } })),
    });
    await expect(execute(`SELECT * FROM games`, { NextToken })).rejects.toThrow(
      "NextToken does not match request",
    );
    await expect(execute(statement, { Parameters, NextToken: "nonsense" })).rejects.toThrow(
      "Invalid NextToken",
    );
  });

  test("names what it takes out of maps and lists, and tells of the capacity", async () => {
    await itemsOf(`INSERT INTO plain VALUE {'id': 'a', 'm': {'b': [1, {'c': 'it''s'}]}}`);
    expect(await itemsOf(`SELECT m.b[1].c, m.b[0], m.x FROM plain WHERE id = 'a'`)).toEqual([
      { c: { S: "it's" }, "b[0]": { N: "1" } },
    ]);
    expect(await execute(`SELECT * FROM plain`, { ReturnConsumedCapacity: "TOTAL" })).toMatchObject({
      ConsumedCapacity: { TableName: "plain", CapacityUnits: 0.5 },
    });
  });
});

test("IS NULL is of the type, IS MISSING of what is absent", async () => {
  await itemsOf(`INSERT INTO plain VALUE {'id': 'a', 'x': null}`);
  await itemsOf(`INSERT INTO plain VALUE {'id': 'b'}`);
  expect(await itemsOf(`SELECT id FROM plain WHERE x IS NULL`)).toEqual([{ id: { S: "a" } }]);
  expect(await itemsOf(`SELECT id FROM plain WHERE x IS MISSING`)).toEqual([{ id: { S: "b" } }]);
});

test("a table may be named by its ARN, and an index is never read consistently", async () => {
  await opened.fill();
  const arn = "arn:aws:dynamodb:eu-west-1:000000000000:table/games";
  expect(await turns(`SELECT * FROM "${arn}" WHERE id = 'a' AND turn = 1`)).toEqual([1]);
  const read = execute(`SELECT turn FROM "games"."by-player" WHERE player = 'odd'`, { ConsistentRead: true });
  await expect(read).rejects.toThrow("Consistent reads are not supported on global secondary indexes");
});

describe("writes", () => {
  const all = `SELECT * FROM plain WHERE id = 'a'`;

  test("INSERT takes every kind of literal, and no item twice", async () => {
    const statement = `INSERT INTO "plain" VALUE {'id': 'a', 'n': -1.50, 'f': false, 'z': null, 'l': [1, 'x', ?],
      's': <<'x', 'y'>>, 'ns': <<1, 2e1>>, 'm': {}, 'b': ?}`;
    const Parameters = [{ SS: ["q"] }, { B: "AP8=" }];
    expect(await execute(statement, { Parameters })).toEqual({ Items: [] });
    expect(await itemsOf(all)).toEqual([
      {
        id: { S: "a" },
        n: { N: "-1.5" },
        f: { BOOL: false },
        z: { NULL: true },
        l: { L: [{ N: "1" }, { S: "x" }, { SS: ["q"] }] },
        s: { SS: ["x", "y"] },
        ns: { NS: ["1", "20"] },
        m: { M: {} },
        b: { B: "AP8=" },
      },
    ]);
    await expect(itemsOf(`INSERT INTO plain VALUE {'id': 'a'}`)).rejects.toMatchObject({
      code: "DuplicateItemException",
      message: "Duplicate primary key exists in table",
    });
  });

  test("UPDATE sets, counts, appends, and changes sets", async () => {
    await itemsOf(
      `INSERT INTO plain VALUE {'id': 'a', 'n': 1, 'l': [1], 's': <<'x', 'y'>>, 'gone': 1, 'm': {}}`,
    );
    const returned = await itemsOf(
      `UPDATE plain SET n = n + 5 SET l = list_append(l, [2]), s = set_add(s, <<'z'>>) SET m.x = ? REMOVE gone
       WHERE id = ? AND n = 1 RETURNING MODIFIED NEW *`,
      { S: "in" },
      { S: "a" },
    );
    const changed = {
      n: { N: "6" },
      l: { L: [{ N: "1" }, { N: "2" }] },
      s: { SS: ["x", "y", "z"] },
      m: { M: { x: { S: "in" } } },
    };
    expect(returned).toEqual([changed]);
    expect(await itemsOf(`UPDATE plain SET n = n - 1 WHERE id = 'a' RETURNING MODIFIED OLD *`)).toEqual([
      { n: { N: "6" } },
    ]);
    expect(
      await itemsOf(`UPDATE plain SET s = set_delete(s, <<'x', 'y'>>) WHERE id = 'a' RETURNING ALL NEW *`),
    ).toEqual([{ id: { S: "a" }, ...changed, n: { N: "5" }, s: { SS: ["z"] } }]);
  });

  test("UPDATE and DELETE hold to their conditions; DELETE of nothing is none", async () => {
    const failed = { code: "ConditionalCheckFailedException", message: "The conditional request failed" };
    await expect(itemsOf(`UPDATE plain SET n = 1 WHERE id = 'a'`)).rejects.toMatchObject(failed);
    expect(await itemsOf(`DELETE FROM plain WHERE id = 'a' AND n = 1 RETURNING ALL OLD *`)).toEqual([]);
    await itemsOf(`INSERT INTO plain VALUE {'id': 'a', 'n': 2}`);
    await expect(
      execute(`DELETE FROM plain WHERE id = 'a' AND n = 1`, {
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    ).rejects.toMatchObject({ ...failed, details: { Item: { id: { S: "a" }, n: { N: "2" } } } });
    expect(await itemsOf(`DELETE FROM plain WHERE id = 'a' AND n = 2 RETURNING ALL OLD *`)).toEqual([
      { id: { S: "a" }, n: { N: "2" } },
    ]);
    expect(await itemsOf(`SELECT * FROM plain`)).toEqual([]);
  });
});

const malformed = "Statement wasn't well formed, can't be processed: ";
const noKey = "Where clause does not contain a mandatory equality on all key attributes";

test.each<[string, string]>([
  ["nonsense", `${malformed}Expected data manipulation`],
  ["UPDATE a-b SET n = 1 WHERE id = 'a'", `${malformed}Expected data manipulation`],
  ["SELECT * FROM plain WHERE id = 'a' x", `${malformed}Unexpected token after expression`],
  ["SELECT * FROM 'plain'", `${malformed}Unexpected term`],
  ["SELECT * FROM", `${malformed}Unexpected term`],
  ["SELECT * FROM plain WHERE;", `${malformed}Unexpected term`],
  ["SELECT * FROM plain WHERE ORDER BY id", `${malformed}Unexpected keyword`],
  ["SELECT * FROM plain WHERE IS NULL", `${malformed}Unexpected operator`],
  [
    "SELECT * FROM plain WHERE id = 'a' AND",
    `${malformed}Missing right-hand side expression of infix operator`,
  ],
  ["SELECT * FROM plain WHERE id = 'a' # note", malformed],
  ["SELECT * FROM plain AS p WHERE id = 'a'", "Aliasing is not supported"],
  ["UPDATE plain p SET a = 1 WHERE id = 'a'", "Aliasing is not supported"],
  ["INSERT INTO plain p VALUE {'id': 'a'}", `${malformed}Unexpected token after expression`],
  ["DELETE FROM WHERE id = 'a'", `${malformed}Expected identifier for simple path`],
  ["DELETE FROM plain ORDER BY id", `${malformed}Unexpected token after expression`],
  ["UPDATE plain SET a = 1", noKey],
  ["SELECT count(*) FROM plain", `${malformed}Unexpected term`],
  ["SELECT * FROM plain WHERE id = 'a", malformed],
  ["SELECT * FROM plain WHERE id LIKE 'a'", `${malformed}Unexpected operator`],
  ["SELECT * FROM plain WHERE exists(id)", `${malformed}Unexpected keyword`],
  [
    "INSERT INTO plain VALUE {'id': 'a', 's': <<'a', 1>>}",
    `${malformed}A set has members of one type only: strings, numbers or binaries`,
  ],
  ["INSERT INTO plain VALUE 1", `${malformed}The value to insert is a map`],
  [
    "INSERT INTO plain VALUE {'n': 1}",
    "One or more parameter values were invalid: Missing the key id in the item",
  ],
  ["SELECT * FROM plain WHERE id = ?", "Number of parameters in request and statement don't match."],
  ["UPDATE plain SET a = 1 WHERE b = 1", noKey],
  ["UPDATE plain SET a = 1 WHERE id = 'a' OR id = 'b'", noKey],
  ["DELETE FROM games WHERE id = 'a'", noKey],
  ["DELETE FROM games WHERE id = 'a' AND turn = 'x'", "The provided key element does not match the schema"],
  [
    "UPDATE plain SET a = if_not_exists(a, 1) WHERE id = 'a'",
    `${malformed}Invalid function name; function: if_not_exists`,
  ],
  [
    "UPDATE plain SET id = 'b' WHERE id = 'a'",
    "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
  ],
  [
    "SELECT * FROM games ORDER BY turn",
    "Must have WHERE clause in the statement when using ORDER BY clause.",
  ],
  [
    "SELECT * FROM games WHERE turn = 1 ORDER BY turn",
    "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
  ],
  [
    "SELECT * FROM games WHERE id = 'a' ORDER BY x",
    "Attribute x in ORDER BY clause must be part of the primary key",
  ],
  ['SELECT * FROM "games"."none"', "The table does not have the specified index: none"],
  [`SELECT * FROM plain WHERE ${"(".repeat(8000)}`, `${malformed}Expression is nested too deeply`],
  [
    `INSERT INTO plain VALUE {'id': 'a', 'l': ${"[".repeat(8000)}}`,
    `${malformed}Expression is nested too deeply`,
  ],
  ["EXISTS(SELECT * FROM plain WHERE id = 'a')", "EXISTS is supported in ExecuteTransaction only"],
])("%# is refused: %s", async (statement, message) => {
  await expect(execute(statement)).rejects.toMatchObject({ code: "ValidationException", message });
});

test("a table that is not there is not found", async () => {
  await expect(execute("SELECT * FROM none")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

describe("BatchExecuteStatement", () => {
  const batch = (...statements: readonly string[]) =>
    opened.run("BatchExecuteStatement", { Statements: statements.map((Statement) => ({ Statement })) });

  test("answers for each statement by itself", async () => {
    const insert = `INSERT INTO plain VALUE {'id': 'a'}`;
    expect(await batch(insert, insert, `UPDATE plain SET n = 1 WHERE id = 'z'`, "nonsense")).toEqual({
      Responses: [
        { TableName: "plain" },
        {
          TableName: "plain",
          Error: { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" },
        },
        {
          TableName: "plain",
          Error: { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
        },
        { Error: { Code: "ValidationError", Message: `${malformed}Expected data manipulation` } },
      ],
    });
    const Message =
      "Select statements within BatchExecuteStatement must specify the primary key in the where clause.";
    expect(
      await batch(
        `SELECT * FROM plain WHERE id = 'a'`,
        `SELECT * FROM plain WHERE id = 'b'`,
        `SELECT * FROM plain`,
        `SELECT * FROM none`,
      ),
    ).toEqual({
      Responses: [
        { TableName: "plain", Item: { id: { S: "a" } } },
        { TableName: "plain" },
        { TableName: "plain", Error: { Code: "ValidationError", Message } },
        { TableName: "none", Error: { Code: "ResourceNotFound", Message: "Requested resource not found" } },
      ],
    });
  });

  test("does not read and write at once, and has at most 25 statements", async () => {
    await expect(
      batch(`SELECT * FROM plain WHERE id = 'a'`, `DELETE FROM plain WHERE id = 'a'`),
    ).rejects.toThrow("does not support both read and write");
    await expect(batch(...Array.from({ length: 26 }, () => "x"))).rejects.toThrow("less than or equal to 25");
  });
});

describe("ExecuteTransaction", () => {
  const transact = (statements: readonly string[], more: OperationInput = {}) =>
    opened.run("ExecuteTransaction", {
      TransactStatements: statements.map((Statement) => ({ Statement })),
      ...more,
    });

  test("writes all or nothing, with a reason for each statement", async () => {
    const writes = [
      `INSERT INTO plain VALUE {'id': 'a'}`,
      `EXISTS(SELECT * FROM plain WHERE id = 'b' AND n = 1)`,
      `DELETE FROM plain WHERE id = 'c'`,
    ];
    await itemsOf(`INSERT INTO plain VALUE {'id': 'b', 'n': 1}`);
    expect(await transact(writes)).toEqual({ Responses: [{}, {}, {}] });
    await itemsOf(`UPDATE plain SET n = 2 WHERE id = 'b'`);
    await expect(transact([...writes, `INSERT INTO plain VALUE {'id': 'd'}`])).rejects.toMatchObject({
      code: "TransactionCanceledException",
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons [DuplicateItem, ConditionalCheckFailed, None, None]",
      details: {
        CancellationReasons: [
          { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" },
          { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
          { Code: "None" },
          { Code: "None" },
        ],
      },
    });
    expect(await itemsOf(`SELECT * FROM plain WHERE id = 'd'`)).toEqual([]);
  });

  test("tells which statement is wrong whatever the items are", async () => {
    const insert = `INSERT INTO plain VALUE {'id': 'a'}`;
    for (const [wrong, message] of [
      [`DELETE FROM plain WHERE n = 1`, noKey],
      ["nonsense", `${malformed}Expected data manipulation`],
    ] as const)
      await expect(transact([insert, wrong])).rejects.toMatchObject({
        code: "ValidationException",
        message: `Validation failed in TransactStatements[1]: ${message}`,
      });
    expect(await itemsOf(`SELECT * FROM plain`)).toEqual([]);
  });

  test("reads items by their keys", async () => {
    await itemsOf(`INSERT INTO plain VALUE {'id': 'a', 'n': 1}`);
    const selects = [`SELECT n FROM plain WHERE id = 'a'`, `SELECT * FROM plain WHERE id = 'b'`];
    expect(await transact(selects, { ReturnConsumedCapacity: "TOTAL" })).toEqual({
      Responses: [{ Item: { n: { N: "1" } } }, {}],
      ConsumedCapacity: [{ TableName: "plain", CapacityUnits: 4 }],
    });
  });

  test("with a token is carried out once", async () => {
    await itemsOf(`INSERT INTO plain VALUE {'id': 'a', 'n': 1}`);
    const ClientRequestToken = "once";
    const write = [`UPDATE plain SET n = n + 1 WHERE id = 'a'`];
    await transact(write, { ClientRequestToken });
    await transact(write, { ClientRequestToken });
    expect(await itemsOf(`SELECT n FROM plain WHERE id = 'a'`)).toEqual([{ n: { N: "2" } }]);
    await expect(
      transact([`DELETE FROM plain WHERE id = 'a'`], { ClientRequestToken }),
    ).rejects.toMatchObject({
      code: "IdempotentParameterMismatchException",
    });
  });
});
