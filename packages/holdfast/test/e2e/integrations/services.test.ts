import { expect, test } from "vitest";
import { HoldfastError } from "../../../src/base/errors.ts";
import { silentLog } from "../../../src/base/log.ts";
import { systemClock } from "../../../src/base/clock.ts";
import type { Mapping, ServiceIntegration } from "../../../src/model/app-model.ts";
import type { ServiceActions } from "../../../src/ports/service-actions.ts";
import { createMemoryTableStore } from "../../../src/stores/memory/table-store.ts";
import { createServiceActions } from "../../../src/targets/local/service-actions/service-actions.ts";
import type { ServiceResources } from "../../../src/targets/local/service-actions/service-action.ts";
import { sampleModel, sampleTable } from "../../model/sample-model.ts";
import { makeRoute } from "../gateway/rig.ts";
import { makeMapping, makeResponse } from "./mapping.ts";
import { startServiceRig } from "./service-rig.ts";

const service = (name: string, action: string, mapping: Mapping): ServiceIntegration => ({
  kind: "service",
  service: name,
  action,
  mapping,
});
const put = makeMapping({
  requestTemplates: {
    $default: `{"TableName": "seats", "Item": {"id": {"S": "$context.connectionId"}, "name": {"S": $input.json('$.name')}}}`,
  },
  responses: [makeResponse("/200/", "seated"), makeResponse("$default", "no: $input.path('$.__type')")],
});

test("a message becomes an item of a table with no function in between", async () => {
  const tables = createMemoryTableStore({ clock: systemClock, log: silentLog });
  const model = {
    ...sampleModel,
    tables: [sampleTable({ name: "seats", key: { name: "id", type: "string" } })],
  };
  await tables.define(model.tables);
  const resources = { model: () => model, tables } as Partial<ServiceResources> as ServiceResources;
  await using rig = await startServiceRig(
    createServiceActions(() => resources),
    [
      makeRoute("sit", { integration: service("dynamodb", "PutItem", put), responds: true }),
      makeRoute("make", { integration: service("dynamodb", "CreateTable", makeMapping()) }),
    ],
  );
  const client = await rig.connect();
  client.send({ action: "sit", name: "ann" });
  expect(await client.next()).toBe("seated");
  const { items } = await tables.scan({ table: "seats" });
  expect(items).toEqual([{ id: { S: expect.stringMatching(/=$/) as string }, name: { S: "ann" } }]);
  client.send({ action: "sit", name: 5 });
  expect(await client.next()).toBe("no: SerializationException");
  client.send({ action: "make" });
  expect(await client.next()).toMatch(/^\{"message": "Internal server error"/);
  expect(rig.log.entries.at(-1)).toMatchObject({
    fields: { code: "INTEGRATION_FAILED", integration: "dynamodb:CreateTable" },
  });
  // Who asked for it finds nothing of his in the gateway's own stack.
  expect(rig.log.entries.at(-1)?.fields.error).not.toHaveProperty("stack");
  await tables.close();
});

test("a form and the query's parameters make one request", async () => {
  const asked: unknown[] = [];
  const services: ServiceActions = {
    async run(...[name, action, payload]) {
      asked.push([name, action, payload]);
      if (payload.Message === "bad") throw new HoldfastError("CONDITION_FAILED", "no");
      return { ok: true };
    },
  };
  const publish = makeMapping({
    requestParameters: { "integration.request.querystring.TopicArn": "'arn:aws:sns:x:1:news'" },
    requestTemplates: { $default: "Action=Publish&Message=$util.urlEncode($input.path('$.text'))" },
  });
  await using rig = await startServiceRig(services, [
    makeRoute("$default", { integration: service("sns", "Publish", publish) }),
  ]);
  const client = await rig.connect();
  client.send({ text: "a & b" });
  client.send({ text: "bad" });
  // With no response to choose, what the service refuses is a failure.
  expect(await client.next()).toMatch(/^\{"message": "Internal server error"/);
  expect(asked[0]).toEqual([
    "sns",
    "Publish",
    { Action: "Publish", Message: "a & b", TopicArn: "arn:aws:sns:x:1:news" },
  ]);
});
