import { afterEach, beforeEach, expect, test } from "vitest";
import { start, type TestApp, type TestClient } from "../../src/testing/index.ts";
import { makeFolder, removeFolder } from "../support/holdfast.ts";

const source = `import { App } from "holdfast";
const app = new App("rooms");
export default app;
const ws = app.websocket();
ws.onConnect(async ({ connectionId, query }) => {
  if (query.get("early") === null) return;
  return { status: 400, body: await ws.room("a").join(connectionId).then(() => "joined", (error) => error.code) };
});
ws.on("id", ({ connectionId }) => connectionId);
ws.on("join", async ({ connectionId, body }) => { await ws.room(body.room).join(connectionId); return "joined"; });
ws.on("leave", async ({ connectionId, body }) => { await ws.room(body.room).leave(connectionId); return "left"; });
ws.on("say", async ({ connectionId, body }) => { await ws.room(body.room).send(body.data, body.quiet ? { except: connectionId } : {}); });
ws.on("count", ({ body }) => ws.room(body.room).send("counted"));
ws.on("members", async ({ body }) => ws.room(body.room).members());
ws.on("all", ({ connectionId, body }) => ws.broadcast(body.data, { except: [connectionId] }));
`;

let folder: string;
let app: TestApp;

beforeEach(async () => {
  folder = await makeFolder({ "app.ts": source });
  app = await start(`${folder}/app.ts`);
});

afterEach(async () => {
  await app.stop();
  await removeFolder(folder);
});

const ask = async (client: TestClient, message: object): Promise<string> => {
  client.send(message);
  return client.next();
};

test("what is sent to a room reaches its members in one call, and nobody else", async () => {
  const [first, second, third] = [await app.connect(), await app.connect(), await app.connect()];
  expect(await ask(first, { action: "join", room: "a" })).toBe("joined");
  expect(await ask(second, { action: "join", room: "a" })).toBe("joined");
  expect(await ask(second, { action: "join", room: "a" })).toBe("joined");
  expect(await ask(third, { action: "join", room: "b" })).toBe("joined");

  third.send({ action: "say", room: "a", data: { hello: "a" } });
  expect([await first.next(), await second.next()]).toEqual(['{"hello":"a"}', '{"hello":"a"}']);
  first.send({ action: "say", room: "a", data: "not to me", quiet: true });
  expect(await second.next()).toBe("not to me");
  expect(await ask(third, { action: "members", room: "a" })).toBe(
    JSON.stringify([await ask(first, { action: "id" }), await ask(second, { action: "id" })]),
  );
  expect(await ask(third, { action: "count", room: "nobody's" })).toBe("0");
  expect(first.messages).not.toContain("not to me");
});

test("a connection that goes leaves its rooms by itself, and one that left hears no more", async () => {
  const [first, second] = [await app.connect(), await app.connect()];
  await ask(first, { action: "join", room: "a" });
  await ask(second, { action: "join", room: "a" });

  first.terminate();
  await app.eventually(async () =>
    expect(JSON.parse(await ask(second, { action: "members", room: "a" }))).toHaveLength(1),
  );
  expect(await ask(second, { action: "leave", room: "a" })).toBe("left");
  expect(await ask(second, { action: "count", room: "a" })).toBe("0");
});

test("a broadcast reaches everyone but those excepted, and says how many", async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => app.connect()));
  const [sender, ...others] = clients;
  sender?.send({ action: "all", data: "news" });
  expect(await Promise.all(others.map((client) => client.next()))).toEqual(others.map(() => "news"));
  expect(await sender?.next()).toBe("19");
});

test("nobody can join while its own connect handler runs, a foreign id is told apart, and a room needs a name", async () => {
  await expect(app.connect({ query: { early: "1" } })).rejects.toMatchObject({
    status: 400,
    body: "CONNECTION_GONE",
  });
  const client = await app.connect();
  expect(await ask(client, { action: "join", room: "" })).toContain("Internal server error");
  await app.eventually(() => expect(JSON.stringify(app.logs)).toContain("ROOM_INVALID"));
});
