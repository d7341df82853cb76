import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "holdfast/testing";

test("two players take turns, and each is told of the other's moves", async (t) => {
  const app = await start(new URL("./app.ts", import.meta.url));
  t.after(() => app.stop());
  const [ann, bob] = [await app.connect(), await app.connect()];
  ann.send({ type: "start" });
  const { id } = await ann.nextJson<{ id: string }>();
  bob.send({ type: "join", id });
  assert.deepEqual(await ann.nextJson(), { type: "join", id });
  assert.deepEqual(await bob.nextJson(), { type: "join", id });

  bob.send({ type: "play", tile: "0,0", id });
  assert.deepEqual(await bob.nextJson(), { type: "error", id, message: "It is not your turn" });
  ann.send({ type: "play", tile: "1,1", id });

  assert.deepEqual(await bob.nextJson(), { type: "play", id, tile: "1,1" });
});
