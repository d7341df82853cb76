import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "./client.ts";
import { connectionIdOf, keptEvent, type WireEvent } from "./events.ts";
import { isElsewhere, openPlace, type Place } from "./place.ts";

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place[Symbol.asyncDispose]());

const signedIn = { query: "token=t", headers: { Authorization: "a" } };

const routeOf = (text: string): string => (JSON.parse(text) as WireEvent).requestContext.routeKey;

describe("routing", () => {
  test("follows the selection expression to the route of that key", async () => {
    await using client = await Client.connect(place.open);
    expect(routeOf(await client.ask({ action: "event" }))).toBe("event");
  });

  test("takes $default for what no key fits, and the event says $default", async () => {
    await using client = await Client.connect(place.open);
    for (const message of ['{"action":"unknown"}', '{"x":1}', "{}", '{"action":"Event"}'])
      expect(routeOf(await client.ask(message))).toBe("$default");
  });

  test("takes $default for what is not JSON, as it is", async () => {
    await using client = await Client.connect(place.open);
    const text = await client.ask("plain text, é");
    expect(routeOf(text)).toBe("$default");
    expect((JSON.parse(text) as WireEvent).body).toBe("plain text, é");
  });

  test("takes $default for a message that asks for it", async () => {
    await using client = await Client.connect(place.open);
    expect(routeOf(await client.ask({ action: "$default" }))).toBe("$default");
  });

  test("without a fitting route and $default is the Forbidden frame, byte for byte, and the connection stays", async () => {
    await using client = await Client.connect(place.authorized, signedIn);
    const id = await connectionIdOf(client);
    for (const message of [{ action: "unknown" }, "plain text"])
      expect(await client.ask(message)).toMatch(
        new RegExp(`^\\{"message": "Forbidden", "connectionId":"${id}", "requestId":"[\\w-]{15}="\\}$`),
      );
    expect(await connectionIdOf(client)).toBe(id);
  });
});

describe("a route response", () => {
  test("is the body's text and nothing else", async () => {
    await using client = await Client.connect(place.open);
    for (const text of ["just text", '{"a": 1}', "é 🙂 \u0000"])
      expect(await client.ask({ action: "reply", text })).toBe(text);
  });

  test("may be long: what comes in several frames is one message", async () => {
    await using client = await Client.connect(place.open);
    const characters = 50_000;
    expect(await client.ask({ action: "long", characters })).toBe("é".repeat(characters));
  });

  test("of a function that returns no body is no frame", async ({ skip }) => {
    skip(isElsewhere, "not known of API Gateway");
    await using client = await Client.connect(place.open);
    client.send({ action: "nothing" });
    for (const text of ["one", "two", "three"])
      expect(await client.ask({ action: "reply", text })).toBe(text);
    expect(client.messages).toEqual(["one", "two", "three"]);
  });
});

test("a function that throws is the Internal server error frame, and the connection stays", async () => {
  await using client = await Client.connect(place.open);
  const id = await connectionIdOf(client);
  const frame = await client.ask({ action: "throw" });
  const { requestId } = (await keptEvent(place, id, "throw")).requestContext;
  expect(frame).toBe(
    `{"message": "Internal server error", "connectionId":"${id}", "requestId":"${requestId}"}`,
  );
  expect(await client.ask({ action: "reply", text: "still here" })).toBe("still here");
});

test("messages of one connection do not wait for one another", async ({ skip }) => {
  skip(isElsewhere, "not known of API Gateway");
  await using client = await Client.connect(place.open);
  client.send({ action: "wait" });
  client.send({ action: "release" });
  expect(await client.next()).toBe("released");
});

describe("a ping", () => {
  test("is answered by the gateway, and reaches no function", async () => {
    await using client = await Client.connect(place.open);
    const { promise, resolve } = Promise.withResolvers<string>();
    client.socket.on("pong", (data) => resolve(data.toString()));
    client.socket.ping("are you there");
    expect(await promise).toBe("are you there");
    expect(await client.ask({ action: "reply", text: "after" })).toBe("after");
    expect(client.messages).toEqual(["after"]);
  });

  test("is never sent by the gateway itself", async () => {
    await using client = await Client.connect(place.open);
    let pings = 0;
    client.socket.on("ping", () => (pings += 1));
    for (const text of ["one", "two", "three"]) await client.ask({ action: "reply", text });
    await client.close(1000);
    expect(pings).toBe(0);
  });
});

describe("the client's close", () => {
  test("is echoed with its code and reason, and both reach $disconnect", async () => {
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    expect(await client.close(1000, "probe-complete")).toEqual({ code: 1000, reason: "probe-complete" });
    expect((await keptEvent(place, id, "disconnect")).requestContext).toMatchObject({
      disconnectStatusCode: 1000,
      disconnectReason: "probe-complete",
    });
  });

  test("may have a code of its own", async ({ skip }) => {
    skip(isElsewhere, "only 1000 is known of API Gateway");
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    expect(await client.close(4321, "mine")).toEqual({ code: 4321, reason: "mine" });
    expect((await keptEvent(place, id, "disconnect")).requestContext).toMatchObject({
      disconnectStatusCode: 4321,
      disconnectReason: "mine",
    });
  });

  test("without a code counts as 1005, in API Gateway's words", async () => {
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    await client.close();
    expect((await keptEvent(place, id, "disconnect")).requestContext).toMatchObject({
      disconnectStatusCode: 1005,
      disconnectReason: "Client-side close frame status not set",
    });
  });

  test("as a browser sends it when its page goes has 1001 and no reason", async () => {
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    await client.close(1001);
    expect((await keptEvent(place, id, "disconnect")).requestContext).toMatchObject({
      disconnectStatusCode: 1001,
      disconnectReason: "",
    });
  });
});

test("a client that drops its connection counts as 1006", async ({ skip }) => {
  skip(isElsewhere, "not known of API Gateway, which may notice only when its idle time is over");
  await using client = await Client.connect(place.open);
  const id = await connectionIdOf(client);
  client.socket.terminate();
  expect((await keptEvent(place, id, "disconnect")).requestContext.disconnectStatusCode).toBe(1006);
});

test("a message for $connect or $disconnect is Forbidden", async ({ skip }) => {
  skip(isElsewhere, "not known of API Gateway");
  await using client = await Client.connect(place.open);
  for (const action of ["$connect", "$disconnect"])
    expect(await client.ask({ action })).toContain('{"message": "Forbidden", ');
});

test("JSON that is no object goes to $default", async ({ skip }) => {
  skip(isElsewhere, "not known of API Gateway");
  await using client = await Client.connect(place.open);
  for (const message of ['"event"', "[1]", "5", "null", '{"action":null}'])
    expect(routeOf(await client.ask(message))).toBe("$default");
});

describe("limits", () => {
  test("a binary frame closes the connection with 1003", async () => {
    await using client = await Client.connect(place.open);
    client.socket.send(Buffer.from([0, 1, 2]));
    expect(await client.closed).toEqual({ code: 1003, reason: "Binary is not supported" });
  });

  test("$disconnect is told the code and reason of that", async ({ skip }) => {
    skip(isElsewhere, "what $disconnect is told there is not known of API Gateway");
    await using client = await Client.connect(place.open);
    const id = await connectionIdOf(client);
    client.socket.send(Buffer.from([0, 1, 2]));
    expect((await keptEvent(place, id, "disconnect")).requestContext).toMatchObject({
      disconnectStatusCode: 1003,
      disconnectReason: "Binary is not supported",
    });
  });

  /** A message of this many bytes in frames of at most so many. */
  function sendInFrames(client: Client, bytes: number, frameBytes: number): void {
    const text = '{"action":"reply","text":"whole"}'.padEnd(bytes);
    for (let at = 0; at < bytes; at += frameBytes)
      client.socket.send(text.slice(at, at + frameBytes), { fin: at + frameBytes >= bytes });
  }

  test("a message of 131,072 bytes in frames of 32,768 is taken", async () => {
    await using client = await Client.connect(place.open);
    sendInFrames(client, 131_072, 32_768);
    expect(await client.next()).toBe("whole");
  });

  test("a message of one byte more closes the connection with 1009", async () => {
    await using client = await Client.connect(place.open);
    sendInFrames(client, 131_073, 32_768);
    expect((await client.closed).code).toBe(1009);
  });

  test("a frame of 32,769 bytes closes the connection with 1009", async () => {
    await using client = await Client.connect(place.open);
    sendInFrames(client, 32_769, 32_769);
    expect((await client.closed).code).toBe(1009);
  });
});
