import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "holdfast/testing";

test("a message reaches every other connection, and not its sender", async (t) => {
  const app = await start(new URL("./app.ts", import.meta.url));
  t.after(() => app.stop());
  const [first, second] = [await app.connect(), await app.connect()];

  first.send("hello");

  assert.equal(await second.next(), "hello");
  assert.deepEqual(first.messages, []);
});

test("a connection that ends leaves the table", async (t) => {
  const app = await start(new URL("./app.ts", import.meta.url));
  t.after(() => app.stop());
  const client = await app.connect();
  assert.equal((await app.rows("connections")).length, 1);

  await client.close();

  await app.eventually(async () => assert.equal((await app.rows("connections")).length, 0));
});
