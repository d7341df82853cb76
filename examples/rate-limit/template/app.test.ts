import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "holdfast/testing";

test("who sends too much is told to slow down", async (t) => {
  const app = await start(new URL("./app.ts", import.meta.url));
  t.after(() => app.stop());
  const [sender, listener] = [await app.connect(), await app.connect()];

  // Five in ten seconds are allowed, and at worst these lie in two such windows.
  for (let count = 0; count < 11; count += 1) sender.send("hello");

  assert.match(await sender.next(), /^Slow down/);
  assert.equal(await listener.next(), "hello");
});
