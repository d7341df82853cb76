import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "holdfast/testing";

test("a face that is turned turns before all eyes, and the world remembers it", async (t) => {
  const app = await start(new URL("./app.ts", import.meta.url));
  t.after(() => app.stop());
  const [first, second] = [await app.connect(), await app.connect()];

  first.send({ action: "rotate", direction: 90 });

  const { key, ...turned } = await second.nextJson<{ key: string }>();
  assert.deepEqual(turned, { action: "rotate", direction: 90 });
  const world = (await (await app.fetch("/connections")).json()) as object[];
  assert.equal(world.length, 2);
  assert.deepEqual(
    world.find((face) => "key" in face && face.key === key),
    { key, direction: 90 },
  );
});

test("the page names its files by what is in them, so that they may be cached for ever", async (t) => {
  const app = await start(new URL("./app.ts", import.meta.url));
  t.after(() => app.stop());
  const page = await (await app.fetch("/")).text();
  const [, script = ""] = /src="(\/_static\/faces-[^"]+\.js)"/.exec(page) ?? [];
  assert.equal((await app.fetch(script)).status, 200);
});
