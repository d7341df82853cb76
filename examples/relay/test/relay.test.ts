import { start, type TestApp } from "holdfast/testing";
import { afterEach, beforeEach, expect, test } from "vitest";

let app: TestApp;

beforeEach(async () => {
  app = await start(new URL("../app.ts", import.meta.url));
});

afterEach(() => app.stop());

test("a message reaches every other connection, as raw text, and not its sender", async () => {
  const first = await app.connect();
  const second = await app.connect();
  await app.eventually(async () => expect(await app.rows("connections")).toHaveLength(2));

  first.send("hello");

  expect(await second.next()).toBe("hello");
  expect(second.messages).toEqual(["hello"]);
  expect(first.messages).toEqual([]);
});

test("a connection that ends leaves the table", async () => {
  const client = await app.connect();
  await app.eventually(async () => expect(await app.rows("connections")).toHaveLength(1));

  await client.close();

  await app.eventually(async () => expect(await app.rows("connections")).toHaveLength(0));
});

test("a row of a connection that is gone is removed at the next message", async () => {
  const lost = await app.connect();
  const [row = {}] = await app.rows("connections");
  await lost.close();
  await app.eventually(async () => expect(await app.rows("connections")).toHaveLength(0));
  await app.table("connections").put(row); // as if its $disconnect had never run

  const sender = await app.connect();
  sender.send("is anybody there?");

  await app.eventually(async () => expect(await app.table("connections").get(row)).toBeUndefined());
});
