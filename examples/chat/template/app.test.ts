import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "holdfast/testing";

test("everybody hears who comes and what is said", async (t) => {
  const app = await start(new URL("./app.ts", import.meta.url));
  t.after(() => app.stop());
  const ann = await app.connect({ params: { username: "Ann" } });
  assert.equal(await ann.next(), "Hi Ann! You have succesfully connected to the chat");
  const bob = await app.connect({ params: { username: "Bob" }, query: { age: "20" } });
  assert.equal(await bob.next(), "Hi Bob! You have succesfully connected to the chat");
  assert.equal(await ann.next(), "Bob with age 20 connected to chat");

  ann.send("hello");

  assert.equal(await ann.next(), "Ann: hello");
  assert.equal(await bob.next(), "Ann: hello");
});

test("a name that is taken is refused, and free again when its holder has left", async (t) => {
  const app = await start(new URL("./app.ts", import.meta.url));
  t.after(() => app.stop());
  const params = { username: "Ann" };
  const ann = await app.connect({ params });

  const other = await app.connect({ params });
  assert.deepEqual(await other.closed, { code: 1003, reason: "Username already exists." });

  await ann.close();
  await app.eventually(async () => assert.deepEqual(await app.rows("names"), []));
  const again = await app.connect({ params });
  assert.equal(await again.next(), "Hi Ann! You have succesfully connected to the chat");
});
