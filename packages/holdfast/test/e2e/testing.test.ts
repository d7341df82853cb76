import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { App } from "../../src/app/index.ts";
import { start } from "../../src/testing/index.ts";
import { makeFolder, removeFolder } from "../support/holdfast.ts";

const source = `import { App } from "holdfast";
const app = new App("tested");
export default app;
const notes = app.table<{ id: string; bytes?: Uint8Array }>("notes", { key: "id" });
const ws = app.websocket<{ attributes: { name: string } }>("main");
ws.onConnect(({ query, protocols }) =>
  query.get("name") === null ? { status: 403, body: "no name" } : { attributes: { name: query.get("name") ?? "" }, protocol: protocols.at(-1) });
ws.on("note", async ({ body }) => { await notes.put({ id: (body as { id: string }).id, bytes: new Uint8Array([0, 255]) }); return { noted: true }; });
ws.onMessage(({ attributes, text }) => attributes.name + ": " + text);
ws.on("where", () => ws.url());
ws.on("fail", () => { throw new Error("on purpose"); });
app.websocket("rooms", { path: "/rooms/{room}" }).onMessage(({ params }) => params.room);
app.http.post("/echo/{id}", async (request, { params }) => new Response(params.id + await request.text(), { status: 201, headers: { "x-a": "b" } }));
`;

let folder: string;

beforeAll(async () => {
  folder = await makeFolder({ "app.ts": source });
});

afterAll(() => removeFolder(folder));

const startApp = (): ReturnType<typeof start> => start(path.join(folder, "app.ts"));

test("apps of parallel tests in one process have ports and data of their own, and leave nothing", async () => {
  const apps = await Promise.all([startApp(), startApp(), startApp()]);
  await Promise.all(apps.map(async (app, index) => app.table("notes").put({ id: `only in ${index}` })));

  const rows = await Promise.all(apps.map((app) => app.rows("notes")));
  expect(rows).toEqual([[{ id: "only in 0" }], [{ id: "only in 1" }], [{ id: "only in 2" }]]);
  expect(new Set(apps.map((app) => app.http)).size).toBe(3);

  await Promise.all(apps.map((app) => app.stop()));
  expect(await readdir(path.join(folder, ".holdfast/test"))).toEqual([]);
});

test("a test sees what the app's handlers do: messages, rows, HTTP answers, and why one failed", async () => {
  await using app = await startApp();
  const client = await app.connect({ query: { name: "Ann" }, protocols: ["a", "b"] });
  expect(client.protocol).toBe("b");

  client.send({ action: "note", id: "7" });
  expect(await client.nextJson()).toEqual({ noted: true });
  expect(await app.rows("notes")).toEqual([{ id: "7", bytes: new Uint8Array([0, 255]) }]);
  client.send("hello");
  expect(await client.next()).toBe("Ann: hello");
  client.send({ action: "where" });
  expect(await client.next()).toBe(app.url());
  client.send({ action: "fail" });
  expect(await client.next()).toContain("Internal server error");
  await app.eventually(() => expect(JSON.stringify(app.logs)).toContain("on purpose"));
  expect(client.messages).toHaveLength(4);

  const response = await app.fetch("/echo/5", { method: "POST", body: " body" });
  expect([response.status, response.headers.get("x-a"), await response.text()]).toEqual([201, "b", "5 body"]);
  const room = await app.connect({ api: "rooms", params: { room: "blue room" } });
  room.send("?");
  expect(await room.next()).toBe("blue room");
});

test("a test reaches connections as handlers do", async () => {
  await using app = await startApp();
  const client = await app.connect({ query: { name: "Ann" } });
  client.send({ action: "note", id: "x" });
  await client.next();
  const gone = await app
    .websocket()
    .describe("AAAA")
    .catch((error: unknown) => error);
  expect(gone).toMatchObject({ code: "CONNECTION_ID_INVALID" });
});

test("a test may ask for metrics, and for strict signatures", async () => {
  await using plain = await startApp();
  expect((await plain.fetch("/metrics")).status).toBe(404);
  await using app = await start(path.join(folder, "app.ts"), {
    metrics: true,
    signatures: { mode: "strict" },
  });
  expect(await (await app.fetch("/metrics")).text()).toContain("holdfast_message_count_total");
  const Authorization =
    "AWS4-HMAC-SHA256 Credential=nobody/20260925/us-east-1/execute-api/aws4_request, SignedHeaders=host, " +
    `Signature=${"0".repeat(64)}`;
  const headers = { Authorization, "X-Amz-Date": "20260925T002229Z" };
  const call = (of: typeof app) => of.fetch("/test/@connections/AAAA", { headers });
  expect((await call(app)).headers.get("x-amzn-errortype")).toBe("UnrecognizedClientException");
  expect((await call(plain)).headers.get("x-amzn-errortype")).toBe("BadRequestException");
});

test("a refused connection rejects with the status and body that the client saw", async () => {
  await using app = await startApp();
  await expect(app.connect()).rejects.toMatchObject({ code: "CONNECT_FAILED", status: 403, body: "no name" });
});

test("waiting in vain says what came instead", async () => {
  await using app = await startApp();
  const client = await app.connect({ query: { name: "Ann" } });
  await expect(client.next({ timeoutMs: 50 })).rejects.toThrow("No message within 50 ms; none came before");
  client.send("hello");
  await client.next();
  await expect(client.next({ timeoutMs: 50 })).rejects.toThrow("1 came before, the last: Ann: hello");
});

test("an App object is refused, with what to pass instead", async () => {
  const given = new App("closures") as unknown as URL;
  await expect(start(given)).rejects.toMatchObject({
    code: "TESTING_NEEDS_A_FILE",
    hint: expect.stringContaining('start(new URL("./app.ts", import.meta.url))'),
  });
});

test("a resource that the app does not have is named, with those it has", async () => {
  await using app = await startApp();
  expect(() => app.table("nots")).toThrow('The app has no table "nots"; it has: "notes"');
  expect(() => app.url("chat")).toThrow('it has: "main", "rooms"');
});

test.each(["local", "server"])("the same test runs where HOLDFAST_TARGET says: %s", async (target) => {
  process.env.HOLDFAST_TARGET = target;
  try {
    const folder = new URL("../../../../examples/relay/app.ts", import.meta.url);
    await using app = await start(folder);
    const first = await app.connect();
    const second = await app.connect();
    await app.eventually(async () => expect(await app.rows("connections")).toHaveLength(2));
    first.send("hello");
    expect(await second.next()).toBe("hello");
    expect(first.messages).toEqual([]);
    expect((await app.fetch("/health/ready")).status).toBe(target === "server" ? 200 : 404);
  } finally {
    delete process.env.HOLDFAST_TARGET;
  }
});

test("an unknown HOLDFAST_TARGET is named", async () => {
  process.env.HOLDFAST_TARGET = "moon";
  try {
    await expect(startApp()).rejects.toMatchObject({
      code: "TARGET_UNKNOWN",
      message: 'There is no target "moon"',
    });
  } finally {
    delete process.env.HOLDFAST_TARGET;
  }
});
