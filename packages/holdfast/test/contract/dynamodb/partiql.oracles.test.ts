import { expect, test } from "vitest";

import { sampleTable } from "../../model/sample-model.ts";
import type { OperationInput } from "../../../src/services/service-face.ts";
import { openMoto, openOwn, type Answer, type Implementation } from "./dynamodb-oracles.ts";

const table = sampleTable({
  name: "rooms",
  key: { name: "id", type: "string" },
  indexes: [{ name: "by-owner", key: { name: "owner", type: "string" }, projection: "all" }],
});

const seats = { L: [{ N: "1" }, { N: "2" }] };
const rooms: readonly OperationInput[] = [
  { id: { S: "a" }, owner: { S: "ann" }, hits: { N: "5" }, seats },
  { id: { S: "b" }, owner: { S: "bob" }, hits: { N: "7" }, isOpen: { BOOL: true } },
  { id: { S: "c" }, owner: { S: "ann" }, hits: { N: "9" }, tags: { SS: ["x"] } },
];

/**
 * In this order: later ones see what earlier ones wrote. Left out is what moto breaks at or gets wrong: `<>`, `contains`,
 * `IN`, parameters and numbers of INSERT and its refusal of items that are there, deletes by a sort key, arithmetic.
 */
const statements: readonly (readonly [statement: string, ...parameters: unknown[]])[] = [
  [`SELECT * FROM "rooms"`],
  [`SELECT * FROM "rooms" WHERE id = 'a'`],
  [`SELECT * FROM "rooms" WHERE id = ? AND hits = ?`, { S: "b" }, { N: "7" }],
  [`SELECT owner, hits FROM rooms WHERE id = 'c'`],
  [`SELECT * FROM rooms WHERE hits > 6`],
  [`SELECT * FROM rooms WHERE hits >= 5 AND hits < 9`],
  [`SELECT * FROM rooms WHERE owner = 'bob' OR id = 'c'`],
  [`SELECT * FROM rooms WHERE tags IS MISSING`],
  [`SELECT * FROM rooms WHERE tags IS NOT MISSING`],
  [`INSERT INTO "rooms" VALUE {'id': 'd', 'owner': 'it'}`],
  [`SELECT * FROM rooms WHERE id = 'd'`],
  [`UPDATE "rooms" SET owner = 'eve' WHERE id = 'c'`],
  [`UPDATE "rooms" SET owner = ? WHERE id = ?`, { S: "dan" }, { S: "b" }],
  [`UPDATE "rooms" REMOVE tags WHERE id = 'c'`],
  [`SELECT * FROM "rooms"`],
  [`DELETE FROM "rooms" WHERE id = 'a'`],
  [`DELETE FROM "rooms" WHERE id = 'nothing'`],
  [`SELECT * FROM "rooms"`],
];

test("statements read and write as moto's do", async (context) => {
  const moto = await openMoto(table);
  if (moto === undefined) return context.skip("python3 has no moto");
  const own = await openOwn(table);
  try {
    expect(await outcomesOf(own)).toEqual(await outcomesOf(moto));
  } finally {
    await Promise.all([own.close(), moto.close()]);
  }
});

/** By the statements. */
async function outcomesOf(where: Implementation): Promise<Readonly<Record<string, unknown>>> {
  for (const Item of rooms) await where.call({ operation: "PutItem", input: { TableName: "rooms", Item } });
  const outcomes: Record<string, unknown> = {};
  for (const [at, [Statement, ...Parameters]] of statements.entries()) {
    const input = { Statement, ...(Parameters.length > 0 && { Parameters }) };
    const answer = await where.call({ operation: "ExecuteStatement", input });
    outcomes[`${at}: ${Statement}`] = answer.ok ? itemsOf(answer) : answer.error;
  }
  return outcomes;
}

/** In one order, for a scan has none. */
function itemsOf({ body }: Answer & { readonly ok: true }): readonly string[] {
  return (body.Items as readonly OperationInput[])
    .map((item) => JSON.stringify(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .toSorted();
}
