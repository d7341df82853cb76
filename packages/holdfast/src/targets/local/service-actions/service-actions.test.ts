import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleFunction, sampleModel, sampleTable } from "../../../../test/model/sample-model.ts";
import { systemClock } from "../../../base/clock.ts";
import { silentLog } from "../../../base/log.ts";
import { StopperStack } from "../../../base/stopper.ts";
import { MemoryInvoker } from "../../../host/memory-invoker.ts";
import type { AppModel } from "../../../model/app-model.ts";
import type { TaskEvent } from "../../../model/gateway-event.ts";
import type { ServiceActions, ServicePayload } from "../../../ports/service-actions.ts";
import { createMemoryBucketStore } from "../../../stores/memory/bucket-store.ts";
import { createMemoryTableStore } from "../../../stores/memory/table-store.ts";
import { createTopicBus } from "../../../stores/memory/topic-bus.ts";
import { Tasks } from "../tasks.ts";
import { createServiceActions } from "./service-actions.ts";

const model: AppModel = {
  ...sampleModel,
  functions: [sampleFunction({ name: "echo" }), sampleFunction({ name: "listen" })],
  tables: [sampleTable({ name: "games", key: { name: "id", type: "string" } })],
  topics: [{ name: "news", subscribers: [{ function: "listen" }] }],
};
const common = { clock: systemClock, log: silentLog };

let actions: ServiceActions;
let heard: PromiseWithResolvers<unknown>;
let opened: StopperStack;

beforeEach(async () => {
  opened = new StopperStack();
  heard = Promise.withResolvers();
  const invoker = new MemoryInvoker({
    echo: (event) => ({ got: (event as TaskEvent).payload }),
    listen: (event) => heard.resolve((event as TaskEvent).payload),
  });
  const tables = createMemoryTableStore(common);
  opened.push(() => tables.close());
  const bus = createTopicBus(common);
  opened.push(() => bus.close());
  const buckets = createMemoryBucketStore(common);
  const tasks = new Tasks({ invoker, bus, buckets, ...common });
  opened.push(() => tasks.close());
  await tables.define(model.tables);
  tasks.define(model);
  actions = createServiceActions(() => ({ model: () => model, tables, tasks }));
});

afterEach(() => opened.stop());

const run = (service: string, action: string, payload: ServicePayload): Promise<unknown> =>
  actions.run(service, action, payload, new AbortController().signal);

test("DynamoDB's items are put, read and deleted, bytes and all", async () => {
  const Item = {
    id: { S: "a" },
    data: { B: "/wA=" },
    list: { L: [{ M: { b: { BS: ["AA=="] } } }, { N: "1" }] },
  };
  const TableName = "arn:aws:dynamodb:us-east-1:123456789012:table/games";
  const Key = { id: { S: "a" } };
  expect(await run("dynamodb", "GetItem", { TableName, Key })).toEqual({});
  expect(await run("dynamodb", "PutItem", { TableName: "games", Item })).toEqual({});
  expect(await run("DynamoDB", "getitem", { TableName, Key })).toEqual({ Item });
  expect(await run("dynamodb", "DeleteItem", { TableName, Key, ReturnValues: "ALL_OLD" })).toEqual({
    Attributes: Item,
  });
  expect(await run("dynamodb", "GetItem", { TableName, Key })).toEqual({});
});

test("DynamoDB's items are changed by expressions, found by queries, and kept by conditions", async () => {
  const Key = { id: { S: "a" } };
  const count = {
    UpdateExpression: "ADD hits :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
    ReturnValues: "UPDATED_NEW",
  };
  await run("dynamodb", "UpdateItem", { TableName: "games", Key, ...count });
  expect(await run("dynamodb", "updateitem", { TableName: "games", Key, ...count })).toEqual({
    Attributes: { hits: { N: "2" } },
  });
  const found = { Count: 1, Items: [{ ...Key, hits: { N: "2" } }], ScannedCount: 1 };
  expect(
    await run("dynamodb", "Query", {
      TableName: "games",
      KeyConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": Key.id },
    }),
  ).toEqual(found);
  expect(await run("dynamodb", "Scan", { TableName: "games" })).toEqual(found);
  const put = { TableName: "games", Item: Key, ConditionExpression: "attribute_not_exists(id)" };
  await expect(run("dynamodb", "PutItem", put)).rejects.toMatchObject({ code: "CONDITION_FAILED" });
});

test("a message published to SNS reaches its subscribers with its attributes", async () => {
  const answer = await run("sns", "Publish", {
    TopicArn: "arn:aws:sns:us-east-1:123456789012:news",
    Message: "hello",
    Subject: "hi",
    "MessageAttributes.entry.1.Name": "kind",
    "MessageAttributes.entry.1.Value.DataType": "String",
    "MessageAttributes.entry.1.Value.StringValue": "greeting",
  });
  const id = (answer as { PublishResponse: { PublishResult: { MessageId: string } } }).PublishResponse
    .PublishResult.MessageId;
  expect(await heard.promise).toMatchObject({
    id,
    text: "hello",
    subject: "hi",
    attributes: { kind: "greeting" },
    topic: "news",
  });
});

test("a function is invoked by name or ARN, and as an event not waited for", async () => {
  const FunctionName = "arn:aws:lambda:us-east-1:123456789012:function:echo:live";
  expect(await run("lambda", "Invoke", { FunctionName, Payload: '{"a":1}' })).toEqual({ got: { a: 1 } });
  expect(await run("lambda", "Invoke", { FunctionName: "echo", a: 2 })).toEqual({ got: { a: 2 } });
  expect(
    await run("lambda", "Invoke", { FunctionName: "listen", InvocationType: "Event", Payload: "3" }),
  ).toEqual({});
  expect(await heard.promise).toBe(3);
});

test.each<[string, string, ServicePayload, string]>([
  ["sqs", "SendMessage", {}, "INTEGRATION_FAILED"],
  ["constructor", "call", {}, "INTEGRATION_FAILED"],
  ["dynamodb", "CreateTable", {}, "INTEGRATION_FAILED"],
  ["dynamodb", "Scan", {}, "RESOURCE_ARGUMENT_INVALID"],
  [
    "dynamodb",
    "PutItem",
    { TableName: "games", Item: {}, ConditionExpression: "x" },
    "TABLE_REQUEST_INVALID",
  ],
  ["dynamodb", "PutItem", { TableName: "nobody", Item: {} }, "RESOURCE_UNKNOWN"],
  ["dynamodb", "PutItem", { Item: {} }, "RESOURCE_ARGUMENT_INVALID"],
  ["dynamodb", "PutItem", { TableName: "games" }, "RESOURCE_ARGUMENT_INVALID"],
  ["dynamodb", "PutItem", { TableName: "games", Item: { id: { N: "1" } } }, "TABLE_REQUEST_INVALID"],
  ["sns", "Publish", { TopicArn: "nobody", Message: "x" }, "RESOURCE_UNKNOWN"],
  ["sns", "Publish", { TopicArn: "news" }, "RESOURCE_ARGUMENT_INVALID"],
  ["lambda", "Invoke", { FunctionName: "nobody" }, "RESOURCE_UNKNOWN"],
  ["lambda", "Invoke", { FunctionName: "echo", Payload: "{" }, "RESOURCE_ARGUMENT_INVALID"],
])("%s %s %j is refused with %s", async (service, action, payload, code) => {
  await expect(run(service, action, payload)).rejects.toMatchObject({ code });
});
