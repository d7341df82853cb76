import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, type ConnectOptions } from "./client.ts";
import { connectionIdOf, keptEvent, messageEvent, type WireEvent } from "./events.ts";
import { shakeHands } from "./http-call.ts";
import { openPlace, type Place } from "./place.ts";

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place[Symbol.asyncDispose]());

async function connectEvent(options: ConnectOptions = {}): Promise<WireEvent> {
  await using client = await Client.connect(place.open, options);
  return keptEvent(place, await connectionIdOf(client), "connect");
}

/** Of one connection, one event of each kind. */
async function allEvents(
  options: ConnectOptions = {},
): Promise<Record<"connect" | "message" | "end", WireEvent>> {
  await using client = await Client.connect(place.open, options);
  const message = await messageEvent(client);
  const id = message.requestContext.connectionId;
  await client.close(1000, "enough");
  return {
    connect: await keptEvent(place, id, "connect"),
    message,
    end: await keptEvent(place, id, "disconnect"),
  };
}

describe("a CONNECT event", () => {
  test("has API Gateway's keys in API Gateway's order", async () => {
    const event = await connectEvent({ query: "a=1", headers: { "User-Agent": "probe" } });
    expect(Object.keys(event)).toEqual([
      "headers",
      "multiValueHeaders",
      "queryStringParameters",
      "multiValueQueryStringParameters",
      "requestContext",
      "isBase64Encoded",
    ]);
    expect(Object.keys(event.requestContext)).toEqual([
      "routeKey",
      "eventType",
      "extendedRequestId",
      "requestTime",
      "messageDirection",
      "stage",
      "connectedAt",
      "requestTimeEpoch",
      "identity",
      "requestId",
      "domainName",
      "connectionId",
      "apiId",
    ]);
    expect(Object.keys(event.requestContext.identity)).toEqual(["userAgent", "sourceIp"]);
    expect(event).toMatchObject({
      isBase64Encoded: false,
      requestContext: { routeKey: "$connect", eventType: "CONNECT", messageDirection: "IN" },
    });
  });

  test("has no query maps without a query, no user agent without one, and no stage variables", async () => {
    const event = await connectEvent();
    expect(Object.keys(event)).toEqual(["headers", "multiValueHeaders", "requestContext", "isBase64Encoded"]);
    expect(Object.keys(event.requestContext.identity)).toEqual(["sourceIp"]);
  });

  test("has the parameters sorted, and of a repeated one the last value and all of them", async () => {
    const event = await connectEvent({ query: "repeat=first&context=query%20value&repeat=second&a=%C3%A9" });
    expect(JSON.stringify(event.queryStringParameters)).toBe(
      '{"a":"é","context":"query value","repeat":"second"}',
    );
    expect(JSON.stringify(event.multiValueQueryStringParameters)).toBe(
      '{"a":["é"],"context":["query value"],"repeat":["first","second"]}',
    );
  });

  test("has the headers in the client's spelling, sorted whatever their case", async () => {
    const { headers, multiValueHeaders } = await connectEvent({
      headers: { zEbRa: "z", "X-Probe": "p", "x-MIXED": "m", Origin: "https://probe.invalid" },
    });
    const names = Object.keys(headers);
    expect(names).toEqual(names.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    expect(Object.keys(multiValueHeaders)).toEqual(names);
    expect(headers).toMatchObject({ zEbRa: "z", "X-Probe": "p", "x-MIXED": "m" });
  });

  test("has of a repeated header the last value, and all of them", async () => {
    const { headers, multiValueHeaders } = await connectEvent({ headers: { "X-Twice": ["one", "two"] } });
    expect(headers["X-Twice"]).toBe("two");
    expect(multiValueHeaders["X-Twice"]).toEqual(["one", "two"]);
  });

  test("has the handshake's headers, but not Connection, Upgrade and Content-Length", async () => {
    const { headers, requestContext } = await connectEvent();
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    for (const name of ["connection", "upgrade", "content-length"]) expect(names).not.toContain(name);
    expect(headers).toMatchObject({
      Host: requestContext.domainName,
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": expect.stringMatching(/^[\w+/]{22}==$/) as string,
      "X-Forwarded-For": requestContext.identity.sourceIp,
    });
  });

  test("says over which scheme and port the client came", async () => {
    const { headers } = await connectEvent();
    const { protocol, port } = new URL(place.open);
    const isSecure = protocol === "wss:";
    expect(headers["X-Forwarded-Proto"]).toBe(isSecure ? "https" : "http");
    expect(headers["X-Forwarded-Port"]).toBe(port === "" ? (isSecure ? "443" : "80") : port);
  });

  test("has a trace id that begins with the time of the request", async () => {
    const { headers, requestContext } = await connectEvent();
    const seconds = /^Root=1-(?<time>[\da-f]{8})-[\da-f]{24}$/.exec(headers["X-Amzn-Trace-Id"] ?? "");
    const requestSeconds = Math.floor(requestContext.requestTimeEpoch / 1000);
    const difference = requestSeconds - Number.parseInt(seconds?.groups?.time ?? "", 16);
    expect([0, 1]).toContain(difference);
  });

  test("has the sub-protocols that the client offers", async () => {
    const { headers } = await connectEvent({ query: "protocol=b", protocols: ["a", "b"] });
    expect(headers["Sec-WebSocket-Protocol"]?.replaceAll(" ", "")).toBe("a,b");
  });
});

test("a CONNECT event has the extensions that the client offers", async () => {
  const offer = ["Sec-WebSocket-Extensions", "permessage-deflate"];
  const refused = (await shakeHands(`${place.open}?status=403`, offer)).body;
  const { headers } = await keptEvent(place, refused, "connect");
  expect(headers["Sec-WebSocket-Extensions"]).toBe("permessage-deflate");
});

describe("a MESSAGE event", () => {
  test("has API Gateway's keys in API Gateway's order, and neither headers nor query", async () => {
    const { message } = await allEvents({ query: "a=1", headers: { "User-Agent": "probe" } });
    expect(Object.keys(message)).toEqual(["requestContext", "body", "isBase64Encoded"]);
    expect(Object.keys(message.requestContext)).toEqual([
      "routeKey",
      "messageId",
      "eventType",
      "extendedRequestId",
      "requestTime",
      "messageDirection",
      "stage",
      "connectedAt",
      "requestTimeEpoch",
      "identity",
      "requestId",
      "domainName",
      "connectionId",
      "apiId",
    ]);
    expect(message).toMatchObject({
      body: '{"action":"event"}',
      isBase64Encoded: false,
      requestContext: { routeKey: "event", eventType: "MESSAGE", messageDirection: "IN" },
    });
  });

  test("has ids of its own, and its message id ends as the connection's does", async () => {
    await using client = await Client.connect(place.open);
    const first = (await messageEvent(client)).requestContext;
    const second = (await messageEvent(client)).requestContext;
    expect(first.messageId).not.toBe(second.messageId);
    expect(first.requestId).not.toBe(second.requestId);
    expect(first.connectionId).toBe(second.connectionId);
    // The captured ids are alike from their tenth character on.
    expect(first.messageId?.slice(9)).toBe(first.connectionId.slice(9));
  });
});

describe("a DISCONNECT event", () => {
  test("has API Gateway's keys in API Gateway's order", async () => {
    const { end } = await allEvents({ query: "a=1", headers: { "User-Agent": "probe" } });
    expect(Object.keys(end)).toEqual(["headers", "multiValueHeaders", "requestContext", "isBase64Encoded"]);
    expect(Object.keys(end.requestContext)).toEqual([
      "routeKey",
      "disconnectStatusCode",
      "eventType",
      "extendedRequestId",
      "requestTime",
      "messageDirection",
      "disconnectReason",
      "stage",
      "connectedAt",
      "requestTimeEpoch",
      "identity",
      "requestId",
      "domainName",
      "connectionId",
      "apiId",
    ]);
    expect(end.requestContext).toMatchObject({ routeKey: "$disconnect", eventType: "DISCONNECT" });
  });

  test("has exactly four headers, all empty but Host", async () => {
    const { end } = await allEvents();
    const host = end.requestContext.domainName;
    expect(JSON.stringify(end.headers)).toBe(
      `{"Host":"${host}","x-api-key":"","X-Forwarded-For":"","x-restapi":""}`,
    );
    expect(JSON.stringify(end.multiValueHeaders)).toBe(
      `{"Host":["${host}"],"x-api-key":[""],"X-Forwarded-For":[""],"x-restapi":[""]}`,
    );
  });
});

describe("all events of a connection", () => {
  test("have one id in two fields, another one each time", async () => {
    const { connect, message, end } = await allEvents();
    const contexts = [connect, message, end].map(({ requestContext }) => requestContext);
    for (const { requestId, extendedRequestId } of contexts) {
      expect(requestId).toBe(extendedRequestId);
      expect(requestId).toMatch(/^[\w-]{15}=$/);
    }
    expect(new Set(contexts.map(({ requestId }) => requestId)).size).toBe(3);
  });

  test("have ids of 20 characters for connection and message", async () => {
    const { requestContext } = (await allEvents()).message;
    expect(requestContext.connectionId).toMatch(/^[\w-]{18}==$/);
    expect(requestContext.messageId).toMatch(/^[\w-]{18}==$/);
  });

  test("name the same connection, place, client and time of connecting", async () => {
    const { connect, message, end } = await allEvents({ headers: { "User-Agent": "probe" } });
    const facts = ({ requestContext }: WireEvent): object => {
      const { connectionId, apiId, domainName, stage, connectedAt, identity } = requestContext;
      return { connectionId, apiId, domainName, stage, connectedAt, identity };
    };
    expect(facts(message)).toEqual(facts(connect));
    expect(facts(end)).toEqual(facts(connect));
    expect(connect.requestContext.identity.userAgent).toBe("probe");
    const { host, pathname } = new URL(place.open);
    expect(connect.requestContext).toMatchObject({ domainName: host, stage: pathname.slice(1) });
    const { apiId } = connect.requestContext;
    expect(apiId).toBe(place.apiId ?? apiId);
  });

  test("have their time in words and in milliseconds, not before that of connecting", async () => {
    for (const { requestContext } of Object.values(await allEvents())) {
      const { requestTime, requestTimeEpoch, connectedAt } = requestContext;
      expect(requestTime).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
      const [date, ...time] = requestTime.split(/:(?<time>.*) /);
      const inWords = Date.parse(`${(date ?? "").replaceAll("/", " ")} ${time[0]} UTC`);
      expect(inWords).toBe(requestTimeEpoch - (requestTimeEpoch % 1000));
      expect(connectedAt).toBeLessThanOrEqual(requestTimeEpoch);
    }
  });
});
