import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Client } from "./client.ts";
import { connectionIdOf, keptEvent } from "./events.ts";
import { callConnections, callHttp, managementClient } from "./http-call.ts";
import { openPlace, type Place } from "./place.ts";

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place[Symbol.asyncDispose]());

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const shortId = /^[\w-]{15}=$/;
const traceId = /^Root=1-[\da-f]{8}-[\da-f]{24}/;

/** The id of a connection that its client has closed. */
async function goneId(): Promise<string> {
  await using client = await Client.connect(place.open);
  const id = await connectionIdOf(client);
  await client.close(1000);
  await keptEvent(place, id, "disconnect");
  return id;
}

interface Description {
  readonly connectedAt: string;
  readonly lastActiveAt: string;
}

async function describeConnection(id: string): Promise<Description> {
  return JSON.parse((await callConnections(place, "GET", id)).body) as Description;
}

describe("POST", () => {
  test("is 200 with nothing in it, and its ids", async () => {
    await using client = await Client.connect(place.open);
    const { status, headers, body } = await callConnections(place, "POST", await connectionIdOf(client), {
      body: "hello",
    });
    expect([status, body]).toEqual([200, ""]);
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("content-length")).toBe("0");
    expect(headers.get("x-amzn-requestid")).toMatch(uuid);
    expect(headers.get("x-amz-apigw-id")).toMatch(shortId);
    expect(headers.get("x-amzn-trace-id")).toMatch(traceId);
    expect(await client.next()).toBe("hello");
  });

  test("of bytes arrives as text, with U+FFFD for what is none", async () => {
    await using client = await Client.connect(place.open);
    const bytes = Buffer.concat([Buffer.from([0x00, 0xff, 0xfe, 0x80]), Buffer.from("native")]);
    await callConnections(place, "POST", await connectionIdOf(client), { body: bytes });
    expect(await client.next()).toBe("\u0000\uFFFD\uFFFD\uFFFDnative");
  });

  test("of nothing arrives as an empty text", async () => {
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    expect((await callConnections(place, "POST", id, { body: "" })).status).toBe(200);
    expect(await client.next()).toBe("");
  });

  test("of more than a frame's 32,768 bytes arrives, up to 131,072", async () => {
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    for (const length of [32_769, 131_072]) {
      expect((await callConnections(place, "POST", id, { body: "x".repeat(length) })).status).toBe(200);
      expect(await client.next()).toHaveLength(length);
    }
  });

  test("of 131,073 bytes is a bare 413, and the connection stays", async () => {
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    const { status, headers, body } = await callConnections(place, "POST", id, {
      body: "x".repeat(131_073),
    });
    expect([status, body]).toEqual([413, ""]);
    expect(headers.has("x-amzn-errortype")).toBe(false);
    expect(headers.has("x-amzn-requestid")).toBe(false);
    expect(await connectionIdOf(client)).toBe(id);
  });
});

describe("GET", () => {
  test("is JSON laid out as API Gateway does", async () => {
    await using client = await Client.connect(place.open, { headers: { "User-Agent": "probe" } });
    const { status, headers, body } = await callConnections(place, "GET", await connectionIdOf(client));
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json");
    const shape = body
      .trimEnd()
      .replace(/"sourceIp" : "[^"]+"/, '"sourceIp" : "…"')
      .replaceAll(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g, '"a time"');
    expect(shape.split("\n")).toEqual([
      "{",
      '  "identity" : {',
      '    "sourceIp" : "…",',
      '    "userAgent" : "probe"',
      "  },",
      '  "connectedAt" : "a time",',
      '  "lastActiveAt" : "a time"',
      "}",
    ]);
  });

  test("tells of activity: a message and a POST count, a GET does not", async () => {
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    const first = await describeConnection(id);
    expect(await describeConnection(id)).toEqual(first);
    const afterMessage = await activeLater(id, first, () => client.ask({ action: "reply", text: "active" }));
    const afterPost = await activeLater(id, afterMessage, () =>
      callConnections(place, "POST", id, { body: "hello" }),
    );
    expect(afterPost.connectedAt).toBe(first.connectedAt);
  });

  /** Does it until the connection was active later than before: at once, unless it all fits a millisecond. */
  async function activeLater(
    id: string,
    before: Description,
    work: () => Promise<unknown>,
  ): Promise<Description> {
    for (;;) {
      await work();
      const after = await describeConnection(id);
      if (after.lastActiveAt > before.lastActiveAt) return after;
    }
  }
});

describe("DELETE", () => {
  test("is 204, closes with 1000 Connection Closed Normally, and runs $disconnect with both", async () => {
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    const { status, headers, body } = await callConnections(place, "DELETE", id);
    expect([status, body]).toEqual([204, ""]);
    expect(headers.has("content-length")).toBe(false);
    expect(headers.get("content-type")).toBe("application/json");
    expect(await client.closed).toEqual({ code: 1000, reason: "Connection Closed Normally" });
    expect((await keptEvent(place, id, "disconnect")).requestContext).toMatchObject({
      disconnectStatusCode: 1000,
      disconnectReason: "Connection Closed Normally",
    });
  });
});

describe("a call that cannot be", () => {
  test("for a connection that is gone is 410 GoneException with nothing in it", async () => {
    const id = await goneId();
    for (const method of ["POST", "GET", "DELETE"]) {
      const body = method === "POST" ? { body: "hello" } : {};
      const answer = await callConnections(place, method, id, body);
      expect([answer.status, answer.body]).toEqual([410, ""]);
      expect(answer.headers.get("x-amzn-errortype")).toBe("GoneException");
      expect(answer.headers.get("content-length")).toBe("0");
    }
  });

  test("for an id that is none is 400 BadRequestException", async () => {
    for (const method of ["POST", "GET", "DELETE"]) {
      const answer = await callConnections(place, method, "AAAAAAAAAAAAAAA=");
      expect(answer).toMatchObject({
        status: 400,
        body: '{"message":"Invalid connectionId: AAAAAAAAAAAAAAA="}',
      });
      expect(answer.headers.get("x-amzn-errortype")).toBe("BadRequestException");
      expect(answer.headers.has("x-amzn-trace-id")).toBe(false);
    }
  });

  test("for a connection's id with another first character is 400", async () => {
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    const changed = (id.startsWith("A") ? "B" : "A") + id.slice(1);
    expect((await callConnections(place, "GET", changed)).status).toBe(400);
  });

  test("at a stage that does not exist is 403 ForbiddenException", async () => {
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    const endpoint = new URL("/absent", place.endpoint).href;
    const answer = await callConnections(place, "GET", id, { endpoint });
    expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(answer.headers.get("x-amzn-errortype")).toBe("ForbiddenException");
  });

  test("without a signature is 403 MissingAuthenticationTokenException", async () => {
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    const answer = await callHttp(`${place.endpoint}/@connections/${encodeURIComponent(id)}`);
    expect(answer).toMatchObject({ status: 403, body: '{"message":"Missing Authentication Token"}' });
    expect(answer.headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
  });
});

test("AWS's SDK posts, describes and closes, and throws its GoneException afterwards", async () => {
  await using client = await Client.connect(place.open);
  const ConnectionId = await connectionIdOf(client);
  const api = managementClient(place);
  await api.send(new PostToConnectionCommand({ ConnectionId, Data: "from the SDK" }));
  expect(await client.next()).toBe("from the SDK");
  const described = await api.send(new GetConnectionCommand({ ConnectionId }));
  expect(described.ConnectedAt).toBeInstanceOf(Date);
  expect(described.Identity?.SourceIp).toBeTruthy();
  await api.send(new DeleteConnectionCommand({ ConnectionId }));
  await client.closed;
  await expect(api.send(new GetConnectionCommand({ ConnectionId }))).rejects.toBeInstanceOf(GoneException);
  api.destroy();
});

test("AWS's SDK is led there by AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", place.endpoint);
  try {
    await using client = await Client.connect(place.open);
    const ConnectionId = await connectionIdOf(client);
    const api = managementClient({ ...place, endpoint: undefined });
    await api.send(new PostToConnectionCommand({ ConnectionId, Data: "from the SDK" }));
    expect(await client.next()).toBe("from the SDK");
    api.destroy();
  } finally {
    vi.unstubAllEnvs();
  }
});
