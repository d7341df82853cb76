import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { start, type TestClient } from "../../src/testing/index.ts";
import { useGuidePages } from "./guide-page.ts";

const appOfPage = useGuidePages();

async function ask(client: TestClient, message: object): Promise<unknown> {
  client.send(message);
  const answer = await client.next();
  return /^[[{"]/.test(answer) ? JSON.parse(answer) : answer;
}

test("the app on the page about tables does what the page says", async () => {
  await using app = await start(await appOfPage("tables.md"));
  const ada = await app.connect({ query: { name: "Ada" } });
  const bo = await app.connect({ query: { name: "Bo" } });
  const hold = (client: TestClient, row: number) => ask(client, { action: "hold", show: "Faust", row });
  expect([await hold(ada, 1), await hold(bo, 1), await hold(ada, 10), await hold(ada, 2)]).toEqual([
    "It is yours for ten minutes",
    "Somebody was faster",
    "It is yours for ten minutes",
    "It is yours for ten minutes",
  ]);

  expect(await ask(bo, { action: "front", show: "Faust" })).toMatchObject([{ row: 2 }, { row: 1 }]);
  expect(await ask(ada, { action: "give", show: "Faust", row: 1, holder: "Bo" })).toMatchObject({
    holder: "Bo",
    changes: 1,
  });
  expect(await ask(bo, { action: "mine" })).toMatchObject([{ show: "Faust", row: 1 }]);
  expect(await ask(ada, { action: "give", show: "Faust", row: 1, holder: "Ada" })).toMatchObject({
    message: "Internal server error",
  });

  const seats = app.table("seats");
  await seats.update(
    { show: "Faust", row: 2 },
    { set: { heldUntil: 1 + Math.floor(Date.now() / 1000) - 60 } },
  );
  expect(await seats.get({ show: "Faust", row: 2 })).toBeUndefined();
  expect(await hold(bo, 2)).toBe("It is yours for ten minutes");
  expect(await app.rows("seats")).toHaveLength(3);
});

test("the app on the page about buckets does what the page says", async () => {
  await using app = await start(await appOfPage("buckets.md"));
  const client = await app.connect();
  const bytes = new Uint8Array([137, 80, 78, 71, 0, 255]);
  const upload = await app.fetch("/pictures/tree.png", {
    method: "PUT",
    body: bytes,
    headers: { "content-type": "image/png" },
  });
  expect([upload.status, await upload.json()]).toEqual([201, { sizeBytes: 6 }]);
  expect(await client.nextJson()).toEqual({ added: "originals/tree.png", sizeBytes: 6 });

  const found = await app.fetch("/pictures/tree.png");
  expect([found.headers.get("content-type"), new Uint8Array(await found.arrayBuffer())]).toEqual([
    "image/png",
    bytes,
  ]);
  expect((await app.fetch("/pictures/none.png")).status).toBe(404);

  // Neither is what the handler asks for; the third is.
  await app.bucket("pictures").put("small/tree.png", bytes);
  await app.bucket("pictures").put("originals/notes.txt", "text");
  await app.bucket("pictures").put("originals/from-outside.png", bytes);
  expect(await client.nextJson()).toEqual({ added: "originals/from-outside.png", sizeBytes: 6 });
  expect(await ask(client, { action: "list" })).toEqual([
    "originals/from-outside.png",
    "originals/notes.txt",
    "originals/tree.png",
  ]);
  await expect(app.bucket("pictures").put("", "x")).rejects.toMatchObject({ code: "BUCKET_REQUEST_INVALID" });
});

test("the app on the page about topics does what the page says", async () => {
  await using app = await start(await appOfPage("topics.md"));
  const client = await app.connect();
  client.send({ action: "order", item: "tea", count: 2 });
  // The answer and what the subscriber sends may come in either order.
  const messages = [await client.next(), await client.next()];
  expect(messages).toContain("Packing tea");
  const { accepted } = JSON.parse(messages.find((message) => message.startsWith("{")) ?? "") as {
    accepted: string;
  };
  await app.eventually(async () =>
    expect(await app.rows("ledger")).toEqual([{ id: accepted, item: "tea", count: 2 }]),
  );

  await app.publish("orders", { item: "milk", count: 1 });
  await app.eventually(async () => expect(await app.rows("ledger")).toHaveLength(2));
  await expect(app.publish("orders", "")).rejects.toMatchObject({ code: "TOPIC_REQUEST_INVALID" });
});

test("the app on the page about functions does what the page says", async () => {
  await using app = await start(await appOfPage("functions.md"));
  const client = await app.connect();
  expect(await ask(client, { action: "price", grams: 20 })).toEqual({ cents: 95 });
  expect(await ask(client, { action: "price", grams: 2000 })).toMatchObject({
    message: "Internal server error",
  });
  await app.eventually(() => expect(app.logs.at(-1)?.fields.message).toContain("Too heavy for a letter"));
  expect(await ask(client, { action: "post", to: "Ada" })).toBe("On its way");
  await app.eventually(async () => expect(await app.rows("letters")).toMatchObject([{ to: "Ada" }]));
});

test("the app on the page about schedules does what the page says", async () => {
  await using app = await start(await appOfPage("schedules.md"));
  expect(app.model.schedules).toEqual([
    { name: "cleanup", expression: "rate(5 minutes)", function: "schedule-cleanup-run" },
  ]);
  await app.table("sessions").put({ id: "ended", endsAt: Date.now() - 1 });
  await app.table("sessions").put({ id: "lasting", endsAt: Date.now() + 60_000 });
  const answer = await app.fetch("/cleanup", { method: "POST" });
  expect(await answer.json()).toEqual({ removed: 1 });
  expect(await app.rows("sessions")).toMatchObject([{ id: "lasting" }]);
});

test("the app on the page about services does what the page says", async () => {
  await using app = await start(await appOfPage("services.md"));
  await app.eventually(async () =>
    expect(await (await app.fetch("/status")).json()).toEqual({ running: true, ticks: 0 }),
  );
  const client = await app.connect();
  const first = await client.nextJson<{ ticks: number }>();
  expect(await client.nextJson()).toEqual({ ticks: first.ticks + 1 });
});

test("the app on the page about state does what the page says", async () => {
  await using app = await start(await appOfPage("state.md"));
  const client = await app.connect();
  expect(await ask(client, { action: "notice" })).toBe("Welcome");
  const closed = { open: false, notice: "Closed until Monday" };
  expect((await app.fetch("/door", { method: "PUT", body: JSON.stringify(closed) })).status).toBe(204);
  expect(await client.nextJson()).toEqual(closed);
  await expect(app.connect()).rejects.toMatchObject({ status: 503, body: "Closed until Monday" });

  const large = { open: true, notice: "x".repeat(65_536) };
  expect((await app.fetch("/door", { method: "PUT", body: JSON.stringify(large) })).status).toBe(502);
  expect(await ask(client, { action: "notice" })).toBe("Closed until Monday");
});

test("the app on the page about secrets does what the page says", async () => {
  const file = await appOfPage("secrets.md");
  const ring = (app: Awaited<ReturnType<typeof start>>, token: string) =>
    app.fetch("/ring", { method: "POST", body: "Done", headers: { authorization: `Bearer ${token}` } });
  {
    await using app = await start(file, { environment: { BELL_TOKEN: "for this test" } });
    const client = await app.connect();
    expect((await ring(app, "a wrong one")).status).toBe(401);
    expect(await (await ring(app, "for this test")).json()).toEqual({ listeners: 1 });
    expect(await client.next()).toBe("Done");
    expect(JSON.stringify(app.model)).not.toContain("for this test");
  }
  await using app = await start(file);
  expect((await ring(app, "any")).status).toBe(502);
  await app.eventually(() => expect(JSON.stringify(app.logs)).toContain("BELL_TOKEN"));
  await writeFile(path.join(path.dirname(file), ".env"), "BELL_TOKEN=from dot env\n");
  expect((await ring(app, "from dot env")).status).toBe(200);
});

test("the app on the page about resources of one's own does what the page says", async () => {
  await using app = await start(await appOfPage("own-resources.md"));
  const client = await app.connect();
  expect(await ask(client, { action: "roll" })).toBe("You rolled 1");
  expect(await ask(client, { action: "roll" })).toBe("You rolled 2");
});

test("the app on the page about permissions does what the page says", async () => {
  await using app = await start(await appOfPage("permissions.md"));
  const client = await app.connect();
  expect(await ask(client, { action: "reprice", item: "tea", cents: 300 })).toMatchObject({
    message: "Internal server error",
  });
  await app.eventually(() =>
    expect(app.logs.at(-1)?.fields.message).toContain(
      'Function "websocket-reprice" is not allowed to put table:prices',
    ),
  );
  expect(await ask(client, { action: "stock", item: "tea", cents: 250 })).toBe("Stocked");
  expect(await ask(client, { action: "buy", item: "tea" })).toBe("That is 250 cents");
});
