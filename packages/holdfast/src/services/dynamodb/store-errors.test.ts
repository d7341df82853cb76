import { expect, test } from "vitest";

import { sampleTable } from "../../../test/model/sample-model.ts";
import { ManualClock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import { silentLog } from "../../base/log.ts";
import type { AttributeValue, Item } from "../../model/attribute-value.ts";
import type { UpdateAction, UpdateValue, Write } from "../../model/table-request.ts";
import { createMemoryTableStore } from "../../stores/memory/table-store.ts";
import { fromStore, toServiceError } from "./store-errors.ts";

const table = sampleTable({
  name: "t",
  key: { name: "id", type: "string" },
  indexes: [{ name: "by-owner", key: { name: "owner", type: "string" }, projection: "all" }],
});
const key: Item = { id: { S: "a" } };
const item: Item = { ...key, text: { S: "x" }, large: { N: `9${"0".repeat(125)}` }, empty: { S: "" } };

async function write(...writes: readonly Write[]): Promise<void> {
  const tables = createMemoryTableStore({ clock: new ManualClock(), log: silentLog });
  await tables.define([table]);
  await tables.write([{ kind: "put", table: "t", item }]);
  try {
    await fromStore(() => tables.write(writes));
  } finally {
    await tables.close();
  }
}

function set(value: UpdateValue, path: UpdateAction["path"] = ["x"]): Write {
  return { kind: "update", table: "t", key, actions: [{ action: "set", path, value }] };
}

function add(path: UpdateAction["path"], value: AttributeValue): Write {
  return { kind: "update", table: "t", key, actions: [{ action: "add", path, value }] };
}

const wrongType = "An operand in the update expression has an incorrect data type";

test.each<[string, Write, string]>([
  [
    "reads what is absent",
    set({ path: ["none"] }),
    "The provided expression refers to an attribute that does not exist in the item",
  ],
  [
    "leads into nothing",
    set({ value: { S: "x" } }, ["none", "inside"]),
    "The document path provided in the update expression is invalid for update",
  ],
  ["adds to text", set({ plus: [{ path: ["text"] }, { value: { N: "1" } }] }), wrongType],
  ["appends to text", set({ listAppend: [{ path: ["text"] }, { value: { L: [] } }] }), wrongType],
  ["adds a number to text", add(["text"], { N: "1" }), wrongType],
  [
    "overflows",
    add(["large"], { N: `9${"0".repeat(125)}` }),
    "Number overflow. Attempting to store a number with magnitude larger than supported range",
  ],
  [
    "has too many digits",
    add(["large"], { N: "1" }),
    "Attempting to store more than 38 significant digits in a Number",
  ],
  [
    "gives an index a number",
    set({ path: ["large"] }, ["owner"]),
    "The update expression attempted to update the secondary index key to unsupported type",
  ],
  [
    "gives an index an empty text",
    set({ path: ["empty"] }, ["owner"]),
    "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by-owner, IndexKey: owner",
  ],
])("an update that %s is refused in DynamoDB's words", async (_what, update, message) => {
  await expect(write(update)).rejects.toMatchObject({ code: "ValidationException", message });
});

test("two writes to one item are refused in DynamoDB's words", async () => {
  const put: Write = { kind: "put", table: "t", item };
  await expect(write(put, put)).rejects.toMatchObject({
    message: "Transaction request cannot include multiple operations on one item",
  });
});

test("a store that has too much to do is tried again, one that fails is a failure", () => {
  expect(toServiceError(new HoldfastError("STORE_OVERLOADED", "full"))).toMatchObject({
    code: "ProvisionedThroughputExceededException",
    status: 400,
  });
  expect(toServiceError(new HoldfastError("STORE_FAILED", "gone"))).toMatchObject({
    code: "InternalServerError",
    status: 500,
  });
  expect(toServiceError("thrown")).toMatchObject({ code: "InternalServerError", message: "thrown" });
});
