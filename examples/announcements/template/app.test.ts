import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "holdfast/testing";

test("what a client announces reaches everybody", async (t) => {
  const app = await start(new URL("./app.ts", import.meta.url));
  t.after(() => app.stop());
  const [first, second] = [await app.connect(), await app.connect()];

  first.send({ action: "broadcast", message: "Good news, everyone!" });

  assert.equal(await first.next(), '{"message": "Good news, everyone!"}');
  assert.equal(await second.next(), '{"message": "Good news, everyone!"}');
});

test("what is published to the topic reaches everybody as it is", async (t) => {
  const app = await start(new URL("./app.ts", import.meta.url));
  t.after(() => app.stop());
  const client = await app.connect();

  await app.publish("announcements", '{"hello": "world"}');

  assert.equal(await client.next(), '{"hello": "world"}');
});
