import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConnectionFacts, InvocationEvent, MessageEvent } from "../gateway-event.ts";
import { WireEventReader, WireEventWriter, type ConnectionMessage, type WireEvent } from "./wire-event.ts";

function factsOf(connectionId: string): ConnectionFacts {
  return {
    connectionId,
    connectedAt: 1,
    apiName: "chat",
    apiId: "a1",
    stage: "dev",
    domainName: "localhost:3333",
    sourceIp: "127.0.0.1",
    attributes: { user: { name: "ada" } },
  };
}

function messageOf(connection: ConnectionFacts, body = "hello"): MessageEvent {
  return {
    kind: "message",
    connection,
    routeKey: "$default",
    requestId: "r",
    requestTimeMs: 2,
    messageId: "m",
    body,
    isBase64Encoded: false,
  };
}

function openPair(maximum?: number) {
  const reader = new WireEventReader();
  const sent: ConnectionMessage[] = [];
  const writer = new WireEventWriter((message) => {
    sent.push(message);
    if (message[0] === "connection")
      reader.learn(message[1], JSON.parse(JSON.stringify(message[2])) as ConnectionFacts);
    else reader.forget(message[1]);
  }, maximum);
  const carry = (event: InvocationEvent): InvocationEvent =>
    reader.read(JSON.parse(JSON.stringify(writer.write(event))) as WireEvent);
  return { writer, sent, carry };
}

test("a connection's facts cross once, and all its messages share them", () => {
  const { sent, carry } = openPair();
  const facts = factsOf("c1");
  const first = carry(messageOf(facts, "one")) as MessageEvent;
  const second = carry(messageOf(facts, "two")) as MessageEvent;
  expect(first).toEqual(messageOf(facts, "one"));
  expect(second).toEqual(messageOf(facts, "two"));
  expect(second.connection).toBe(first.connection);
  expect(sent).toEqual([["connection", 1, facts]]);
});

test("facts that are shared cannot be changed by a handler", () => {
  const { carry } = openPair();
  const { connection } = carry(messageOf(factsOf("c1"))) as MessageEvent;
  expect(() => Object.assign(connection, { stage: "prod" })).toThrow(TypeError);
  expect(() => Object.assign(connection.attributes as object, { user: 1 })).toThrow(TypeError);
});

test("new facts of a connection replace the old ones", () => {
  const { carry } = openPair();
  carry(messageOf(factsOf("c1")));
  const changed = { ...factsOf("c1"), attributes: { user: "grace" } };
  expect(carry(messageOf(changed))).toEqual(messageOf(changed));
});

test("events that are not messages cross whole and leave nothing behind", () => {
  const { sent, carry } = openPair();
  const event: InvocationEvent = {
    kind: "disconnect",
    connection: factsOf("c1"),
    routeKey: "$disconnect",
    requestId: "r",
    requestTimeMs: 3,
    statusCode: 1005,
    reason: "",
  };
  expect(carry(event)).toEqual(event);
  expect(sent).toEqual([]);
});

test("whatever is told of and forgotten in whatever order, every event arrives as it was and the bound holds", () => {
  const step = fc.record({ connection: fc.nat({ max: 9 }), forget: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), fc.integer({ min: 1, max: 5 }), (steps, maximum) => {
      const { writer, sent, carry } = openPair(maximum);
      const known = new Set<number>();
      for (const { connection, forget } of steps) {
        const facts = factsOf(`c${connection}`);
        if (forget) writer.forget(facts.connectionId);
        const arrived = forget ? messageOf(facts) : carry(messageOf(facts));
        expect(arrived).toEqual(messageOf(facts));
        for (const message of sent.splice(0)) {
          if (message[0] === "connection") known.add(message[1]);
          else known.delete(message[1]);
        }
        expect(known.size).toBeLessThanOrEqual(maximum);
      }
    }),
  );
});

test("a traced message tells its span, and one that is not has nothing more", () => {
  const { writer, carry } = openPair();
  const trace = { traceId: "1".repeat(32), spanId: "2".repeat(16), sampled: true };
  const traced = { ...messageOf(factsOf("c1")), trace };
  expect(carry(traced)).toEqual(traced);
  expect(writer.write(messageOf(factsOf("c1")))).toHaveLength(7);
});
