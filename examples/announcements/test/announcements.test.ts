import { start, type TestApp } from "holdfast/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replay } from "../../test/transcript.ts";

let app: TestApp;

beforeEach(async () => {
  app = await start(new URL("../app.ts", import.meta.url));
});

afterEach(() => app.stop());

const stored = async (): Promise<string[]> =>
  (await Array.fromAsync(app.bucket("connections").list())).map(({ key }) => key);

test("the transcript is replayed byte for byte", async () => {
  const { expected, received } = await replay(app, new URL("./transcript.txt", import.meta.url));
  expect(received).toEqual(expected);
});

test("what is published from outside reaches every client as it is", async () => {
  const clients = [await app.connect(), await app.connect(), await app.connect()];
  for (const text of ['{"hello": "world"}', "plain text"]) {
    await app.publish("announcements", text);
    expect(await Promise.all(clients.map((client) => client.next()))).toEqual([text, text, text]);
  }
  expect(clients.map(({ messages }) => messages.length)).toEqual([2, 2, 2]);
});

test("a connection is an empty object in the bucket for as long as it lasts", async () => {
  const ann = await app.connect();
  const bob = await app.connect();
  const objects = await Array.fromAsync(app.bucket("connections").list({ prefix: "connections/" }));
  expect(objects.map(({ sizeBytes }) => sizeBytes)).toEqual([0, 0]);
  await ann.close();
  await app.eventually(async () => expect(await stored()).toHaveLength(1));
  bob.terminate();
  await app.eventually(async () => expect(await stored()).toEqual([]));
});

test("objects of connections that are gone are removed at the next announcement, and the others get theirs", async () => {
  const lost = await app.connect();
  const [key = ""] = await stored();
  await lost.close();
  await app.eventually(async () => expect(await stored()).toEqual([]));
  // As if its $disconnect had never run; and one that never was a connection's.
  for (const left of [key, "connections/never"]) await app.bucket("connections").put(left, "");

  const ann = await app.connect();
  ann.send({ action: "broadcast", message: "Anybody?" });
  expect(await ann.next()).toBe('{"message": "Anybody?"}');
  await app.eventually(async () => expect(await stored()).not.toContain(key));
});

test("a hundred clients hear every announcement exactly once", async () => {
  const clients = await Promise.all(Array.from({ length: 100 }, () => app.connect()));
  const [ann] = clients;
  for (const message of ["one", "two", "three"]) {
    ann?.send({ action: "broadcast", message });
    await Promise.all(clients.map(async (client) => expect(await client.nextJson()).toEqual({ message })));
  }
});
