import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "./client.ts";
import { connectionIdOf, findKept, keptEvent, messageEvent } from "./events.ts";
import { shakeHands } from "./http-call.ts";
import { openPlace, type Place } from "./place.ts";

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place[Symbol.asyncDispose]());

const signedIn = { query: "token=t", headers: { Authorization: "a" } };
const authorization = ["Authorization", "a"];

interface GatewayMessage {
  readonly message: string;
  readonly connectionId: string;
  readonly requestId: string;
}

describe("an authorizer's event", () => {
  test("has API Gateway's keys in API Gateway's order", async () => {
    await using client = await Client.connect(place.authorized, signedIn);
    const event = await keptEvent(place, await connectionIdOf(client), "authorize");
    expect(Object.keys(event)).toEqual([
      "type",
      "methodArn",
      "headers",
      "multiValueHeaders",
      "queryStringParameters",
      "multiValueQueryStringParameters",
      "stageVariables",
      "requestContext",
    ]);
    expect(event.type).toBe("REQUEST");
    const { apiId, stage } = event.requestContext;
    expect(event.methodArn).toMatch(/^arn:aws[\w-]*:execute-api:[\w-]+:\d{12}:/);
    expect(event.methodArn?.endsWith(`:${apiId}/${stage}/$connect`)).toBe(true);
    expect(event.requestContext).not.toHaveProperty("authorizer");
  });

  test("has Connection, content-length and Upgrade among its headers", async () => {
    await using client = await Client.connect(place.authorized, signedIn);
    const { headers } = await keptEvent(place, await connectionIdOf(client), "authorize");
    expect(headers).toMatchObject({ Connection: "upgrade", "content-length": "0", Upgrade: "websocket" });
  });

  test("has the parameters in the client's order, which CONNECT has sorted", async () => {
    await using client = await Client.connect(place.authorized, { ...signedIn, query: "token=t&b=2&a=1" });
    const id = await connectionIdOf(client);
    const asked = await keptEvent(place, id, "authorize");
    const connected = await keptEvent(place, id, "connect");
    expect(Object.keys(asked.queryStringParameters ?? {})).toEqual(["token", "b", "a"]);
    expect(Object.keys(connected.queryStringParameters ?? {})).toEqual(["a", "b", "token"]);
  });

  test("shares the ids of its request and connection with CONNECT", async () => {
    await using client = await Client.connect(place.authorized, signedIn);
    const id = await connectionIdOf(client);
    const asked = (await keptEvent(place, id, "authorize")).requestContext;
    const connected = (await keptEvent(place, id, "connect")).requestContext;
    expect([asked.requestId, asked.extendedRequestId]).toEqual([connected.requestId, connected.requestId]);
    expect(asked.connectionId).toBe(connected.connectionId);
  });
});

describe("what an authorizer gives", () => {
  test("comes as texts with every event, its latency with CONNECT alone", async () => {
    await using client = await Client.connect(place.authorized, signedIn);
    const message = await messageEvent(client);
    const id = message.requestContext.connectionId;
    await client.close(1000);
    const connect = await keptEvent(place, id, "connect");
    const end = await keptEvent(place, id, "disconnect");
    const texts = { principalId: "someone", text: "value", number: "7", yes: "true", no: "false", empty: "" };
    expect(connect.requestContext.authorizer).toEqual({
      ...texts,
      integrationLatency: expect.any(Number) as number,
    });
    expect(message.requestContext.authorizer).toEqual(texts);
    expect(end.requestContext.authorizer).toEqual(texts);
  });

  test("stands behind routeKey, and in DISCONNECT behind disconnectStatusCode", async () => {
    await using client = await Client.connect(place.authorized, signedIn);
    const message = await messageEvent(client);
    const id = message.requestContext.connectionId;
    await client.close(1000);
    const connect = await keptEvent(place, id, "connect");
    const end = await keptEvent(place, id, "disconnect");
    expect(Object.keys(connect.requestContext).slice(0, 3)).toEqual(["routeKey", "authorizer", "eventType"]);
    expect(Object.keys(message.requestContext).slice(0, 3)).toEqual(["routeKey", "authorizer", "messageId"]);
    expect(Object.keys(end.requestContext).slice(0, 4)).toEqual([
      "routeKey",
      "disconnectStatusCode",
      "authorizer",
      "eventType",
    ]);
  });
});

test("stage variables stand before requestContext in every event", async () => {
  await using client = await Client.connect(place.authorized, signedIn);
  const message = await messageEvent(client);
  const id = message.requestContext.connectionId;
  await client.close(1000);
  const connect = await keptEvent(place, id, "connect");
  const end = await keptEvent(place, id, "disconnect");
  for (const event of [connect, message, end]) {
    expect(event.stageVariables).toEqual({ phase: "one" });
    const keys = Object.keys(event);
    expect(keys.indexOf("stageVariables")).toBe(keys.indexOf("requestContext") - 1);
  }
});

describe("an authorizer refuses", () => {
  const message = (text: string): GatewayMessage => JSON.parse(text) as GatewayMessage;

  test("with 401 who does not send all that it asks for, and is not asked", async () => {
    const attempts: readonly (readonly [query: string, headers: readonly string[]])[] = [
      ["?token=t", []],
      ["?token=t", ["Authorization", ""]],
      ["", authorization],
      ["?token=", authorization],
    ];
    for (const [query, headers] of attempts) {
      const { status, body } = await shakeHands(place.authorized + query, headers);
      expect([status, message(body).message]).toEqual([401, "Unauthorized"]);
      expect(await findKept(place, message(body).connectionId, "authorize")).toBeUndefined();
    }
  });

  test("with 403 by a denial, in API Gateway's words, and $connect does not run", async () => {
    const { status, body, headers } = await shakeHands(`${place.authorized}?token=denied`, authorization);
    const { message: said, connectionId, requestId } = message(body);
    expect(status).toBe(403);
    expect(said).toBe(
      "User is not authorized to access this resource with an explicit deny in an identity-based policy",
    );
    expect(body).toBe(`{"message": "${said}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`);
    expect(headers.get("content-type")).toBe("application/json; charset=UTF-8");
    expect(headers.get("x-amz-apigw-id")).toBe(requestId);
    expect(headers.has("x-amzn-errortype")).toBe(false);
    expect(await findKept(place, connectionId, "authorize")).toBeDefined();
    expect(await findKept(place, connectionId, "connect")).toBeUndefined();
  });

  test("with 401 by the error Unauthorized", async () => {
    const { status, body } = await shakeHands(`${place.authorized}?token=unauthorized`, authorization);
    expect([status, message(body).message]).toEqual([401, "Unauthorized"]);
  });

  test("with 500 by any other error", async () => {
    const { status, body } = await shakeHands(`${place.authorized}?token=broken`, authorization);
    expect([status, message(body).message]).toEqual([500, "Internal server error"]);
  });

  test("with 400 in HTML two Authorization headers", async () => {
    const twice = [...authorization, "Authorization", "b"];
    const { status, body, headers } = await shakeHands(`${place.authorized}?token=t`, twice);
    expect(status).toBe(400);
    expect(body).toMatch(/<html>/i);
    expect(headers.has("x-amz-apigw-id")).toBe(false);
  });
});

describe("identity sources", () => {
  test("are found whatever the header's case, which the events keep", async () => {
    const headers = { aUtHoRiZaTiOn: "a" };
    await using client = await Client.connect(place.authorized, { query: "token=t", headers });
    const event = await keptEvent(place, await connectionIdOf(client), "authorize");
    expect(event.headers.aUtHoRiZaTiOn).toBe("a");
  });

  test("are found in a repeated parameter, though its first value is empty", async () => {
    const { status } = await shakeHands(`${place.authorized}?token=&token=t`, authorization);
    expect(status).toBe(101);
  });
});

test("an authorizer is asked again for each connection", async () => {
  const ids: string[] = [];
  for (let times = 0; times < 2; times += 1) {
    await using client = await Client.connect(place.authorized, signedIn);
    ids.push(await connectionIdOf(client));
  }
  for (const id of ids)
    expect((await keptEvent(place, id, "authorize")).requestContext.connectionId).toBe(id);
});
