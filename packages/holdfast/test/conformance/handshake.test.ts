import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "./client.ts";
import { connectionIdOf, findKept, keptEvent } from "./events.ts";
import { callHttp, shakeHands } from "./http-call.ts";
import { isElsewhere, openPlace, type Place } from "./place.ts";

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place[Symbol.asyncDispose]());

describe("an accepted handshake", () => {
  test("is answered with date, connection, upgrade, sec-websocket-accept, and nothing else", async () => {
    const { status, headers } = await shakeHands(place.open);
    expect(status).toBe(101);
    expect([...headers.keys()].toSorted()).toEqual(["connection", "date", "sec-websocket-accept", "upgrade"]);
    // RFC 6455's own example.
    expect(headers.get("sec-websocket-accept")).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  });

  test("follows any status of the function from 200 to 299", async () => {
    for (const status of [200, 201, 299])
      expect((await shakeHands(`${place.open}?status=${status}`)).status).toBe(101);
  });

  test("may have a slash behind the stage", async () => {
    expect((await shakeHands(`${place.open}/`)).status).toBe(101);
  });

  test("names no sub-protocol of its own accord", async () => {
    const offer = ["Sec-WebSocket-Protocol", "a, b"];
    const { status, headers } = await shakeHands(place.open, offer);
    expect(status).toBe(101);
    expect(headers.has("sec-websocket-protocol")).toBe(false);
  });

  test("names the sub-protocol that the function returned", async () => {
    await using client = await Client.connect(place.open, { query: "protocol=b", protocols: ["a", "b"] });
    expect(client.socket.protocol).toBe("b");
  });
});

describe("a refused handshake", () => {
  test("is an HTTP answer before any upgrade: the function's status and body", async () => {
    for (const status of [301, 401, 403, 501]) {
      const body = '{"why": "as asked"}';
      const answer = await shakeHands(`${place.open}?status=${status}&body=${encodeURIComponent(body)}`);
      expect(answer).toMatchObject({ status, body });
      expect(answer.headers.has("upgrade")).toBe(false);
    }
  });

  test("has the headers of API Gateway and no others", async () => {
    const { headers } = await shakeHands(`${place.open}?status=403`);
    expect([...headers.keys()].toSorted()).toEqual([
      "connection",
      "content-length",
      "content-type",
      "date",
      "x-amz-apigw-id",
    ]);
    expect(headers.get("content-type")).toBe("application/json; charset=UTF-8");
  });

  test("ends its connection", async ({ skip }) => {
    skip(isElsewhere, "API Gateway says keep-alive");
    expect((await shakeHands(`${place.open}?status=403`)).headers.get("connection")).toBe("close");
  });

  test("names the request of its event in x-amz-apigw-id", async () => {
    const { headers, body } = await shakeHands(`${place.open}?status=403`);
    const { requestContext } = await keptEvent(place, body, "connect");
    expect(headers.get("x-amz-apigw-id")).toBe(requestContext.requestId);
  });

  test("for a function that throws is 502 with the gateway's message", async () => {
    const { status, body, headers } = await shakeHands(`${place.open}?throw`);
    expect(status).toBe(502);
    expect(body).toMatch(
      /^\{"message": "Internal server error", "connectionId":"[\w-]+={1,2}", "requestId":"[\w-]+="\}$/,
    );
    expect(body).toContain(`"requestId":"${headers.get("x-amz-apigw-id")}"`);
  });

  test("runs no $disconnect", async () => {
    const refused = (await shakeHands(`${place.open}?status=403`)).body;
    await using client = await Client.connect(place.open);
    const accepted = await connectionIdOf(client);
    await client.close(1000);
    await keptEvent(place, accepted, "disconnect");
    expect(await findKept(place, refused, "connect")).toBeDefined();
    expect(await findKept(place, refused, "disconnect")).toBeUndefined();
  });
});

test("a path behind the stage is refused with 403", async () => {
  expect((await shakeHands(`${place.open}/more`)).status).toBe(403);
});

test("a plain GET is 426", async ({ skip }) => {
  skip(isElsewhere, "users saw API Gateway answer 426 and 403");
  expect((await callHttp(place.open)).status).toBe(426);
});

test("permessage-deflate is declined", async ({ skip }) => {
  skip(isElsewhere, "API Gateway is known to take it at least once, and a server may always decline it");
  const offer = ["Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"];
  const { status, headers } = await shakeHands(place.open, offer);
  expect(status).toBe(101);
  expect(headers.has("sec-websocket-extensions")).toBe(false);
});

test("within $connect there is no connection to post to", async () => {
  expect(await shakeHands(`${place.open}?post`)).toMatchObject({ status: 403, body: "gone" });
});
