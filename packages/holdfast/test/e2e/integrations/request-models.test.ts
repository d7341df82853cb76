import { expect, test } from "vitest";
import type { RequestModel } from "../../../src/model/app-model.ts";
import { makeApi, makeRoute, startRig } from "../gateway/rig.ts";

const model: RequestModel = {
  name: "join",
  contentType: "application/json",
  schema: { type: "object", required: ["room"], properties: { room: { type: "string" } } },
  enforcedBy: "gateway",
};
const route = {
  modelSelectionExpression: "$request.body.action",
  requestModels: { join: "join" },
  responds: true,
};

test("a message that does not fit its model never reaches the function", async () => {
  const seen: string[] = [];
  await using rig = await startRig({
    functions: {
      $default: (event) => {
        if (event.kind === "message") seen.push(event.body);
        return { statusCode: 200, body: "fine" };
      },
    },
    api: makeApi([makeRoute("$default", route)], { models: [model] }),
  });
  const client = await rig.connect();
  const good = JSON.stringify({ action: "join", room: "a" });
  for (const text of ['{"action":"join"}', '{"action":"leave","room":"a"}', "join"]) {
    client.send(text);
    expect(await client.next()).toMatch(
      /^\{"message": "Bad request body", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/,
    );
  }
  client.send(good);
  expect(await client.next()).toBe("fine");
  expect(seen).toEqual([good]);
  expect(rig.events("gateway.bad-request-body").map(({ fields }) => fields.message)).toEqual([
    expect.stringContaining("room"),
    expect.stringContaining('the model "leave"'),
    expect.stringContaining("not JSON"),
  ]);
});

test("a schema that is none is refused when it is deployed", async () => {
  await using rig = await startRig({ functions: { $default: () => undefined } });
  const bad = { ...model, schema: { type: "strung" } };
  expect(() => rig.gateway.deploy(makeApi([makeRoute("$default", route)], { models: [bad] }))).toThrow(
    expect.objectContaining({ code: "MODEL_SCHEMA_INVALID" }) as Error,
  );
});
