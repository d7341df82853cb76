import { afterAll, beforeAll, expect, test } from "vitest";
import { start, type TestApp, type TestClient } from "../../src/testing/index.ts";

let app: TestApp;
let client: TestClient;

beforeAll(async () => {
  app = await start(new URL("../apps/schemas/app.ts", import.meta.url));
  client = await app.connect();
});

afterAll(() => app.stop());

const send = async (message: unknown): Promise<string> => {
  client.send(message);
  return client.next();
};

const badRequest = /^\{"message": "Bad request body", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/;

test("a message that fits reaches the handler as its schema made it, whichever library wrote the schema", async () => {
  expect(await send({ action: "zod", at: "41" })).toBe('{"at":42,"tags":[]}');
  expect(await send({ action: "valibot", name: "ann" })).toBe("ANN");
  expect(await send({ action: "arktype", count: 21 })).toBe("42");
  expect(await send({ action: "own", n: 84 })).toBe("42");
});

test("a message that does not fit is answered as API Gateway does, and the log says where and why", async () => {
  const faults: [object, RegExp][] = [
    [{ action: "zod", at: 0, tags: ["a", 5] }, /"zod".*at: .*; tags\[1\]: /],
    [{ action: "valibot", name: "a" }, /"valibot".*name: /],
    [{ action: "arktype", count: -1 }, /"arktype".*count/],
    [{ action: "own", n: 3 }, /"own".*n: is odd/],
  ];
  for (const [message, logged] of faults) {
    expect(await send(message)).toMatch(badRequest);
    await app.eventually(() =>
      expect(app.logs.at(-1)).toMatchObject({ level: "warn", event: "gateway.bad-request-body" }),
    );
    expect(app.logs.at(-1)?.fields.message).toMatch(logged);
  }
  expect(app.logs.filter(({ level }) => level === "error")).toEqual([]);
});

test("the schema goes into the model as the route's request model, where its library writes JSON Schema", () => {
  const [api] = app.model.webSocketApis;
  expect(api?.models.find(({ name }) => name === "websocket-zod")).toMatchObject({
    contentType: "application/json",
    enforcedBy: "function",
    schema: {
      type: "object",
      required: ["action", "at"],
      properties: { tags: { type: "array", items: { type: "string" } } },
    },
  });
  expect(api?.routes.find(({ key }) => key === "zod")).toMatchObject({
    requestModels: { $default: "websocket-zod" },
    modelSelectionExpression: "$default",
  });
  expect(api?.routes.find(({ key }) => key === "own")?.requestModels).toEqual({});
});

test("what a handler returns is held to the route's reply schema", async () => {
  expect(await send({ action: "sum", of: [1, 2] })).toBe('{"sum":3,"note":"none"}');
  expect(await send({ action: "wrong-sum" })).toContain('"message": "Internal server error"');
  await app.eventually(() =>
    expect(app.logs.at(-1)?.fields.message).toContain(
      'What the handler of "wrong-sum" returned does not fit its schema: sum: ',
    ),
  );
});
