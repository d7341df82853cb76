import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start, type TestApp, type TestClient } from "../../src/testing/index.ts";
import { makeFolder, openClient, removeFolder, startDev } from "../support/holdfast.ts";

const source = `import { App } from "holdfast";
const app = new App("resources");
export default app;
const log = app.table<{ at: string; what: string }>("log", { key: "at" });
const note = (what: string) => log.put({ at: crypto.randomUUID(), what });
const images = app.bucket("images");
const news = app.topic("news");
const counter = app.state("counter", { count: 0 });
const token = app.secret("API_TOKEN");
const filed = app.secret("FILED");
const dotenv = app.secret("DOTENV");
const missing = app.secret("NOBODY_HAS_IT");
const double = app.function("double", async (input: { n: number }) => {
  if (input.n < 0) throw new RangeError("negative: " + input.n);
  return { twice: input.n * 2 };
});
const flaky = app.function("flaky", async () => {
  const { count } = await counter.get();
  await counter.set({ count: count + 1 });
  if (count === 0) throw new Error("the first try fails");
  await note("flaky done");
});

images.on("put", { suffix: ".png" }, async ({ key, sizeBytes, contentType }) => { await note(["put", key, sizeBytes, contentType].join(" ")); });
images.on("delete", async ({ key }) => { await note("delete " + key); });
news.subscribe(async ({ text, subject, attributes, attempt }) => { await note(["news", text, subject, attributes.from, attempt].join(" ")); });
news.subscribe(async ({ body }) => { if (body !== undefined) await note("json " + JSON.stringify(body)); });
const nothing = app.function("nothing", async (input: unknown) => { void input; });
const nil = app.function("nil", async () => null);
const mapped = app.function("mapped", async () => ({ map: new Map([[1, 2]]) }));
const box = app.resource<{ keep(value?: unknown): Promise<unknown> }>("box", {
  operations: ["keep"],
  targets: { local: { open: () => ({ keep: async (value) => (value === "map" ? new Map() : value) }) } },
});
const codeOf = (promise: Promise<unknown>) => promise.then((value) => ({ value }), (error) => error.code);
const big = new Uint8Array(16 * 1024 * 1024).fill(7);
app.schedule("tick", "rate(1 minute)", () => {});

const ws = app.websocket();
ws.on("images", async () => {
  await images.put("a.png", new Uint8Array([0, 255, 10]), { contentType: "image/png" });
  await images.put("b/c.txt", "text");
  await images.put("b/d.json", { a: 1 });
  const keys = (await Array.fromAsync(images.list({ prefix: "b/" }))).map(({ key }) => key);
  const a = await images.get("a.png");
  const json = (await images.get("b/d.json"))?.json();
  const gone = [await images.get("no"), await images.delete("no"), await images.deleteMany(["b/c.txt", "b/d.json", "no"])];
  return { keys, bytes: [...(a?.bytes ?? [])], type: a?.contentType, json, gone };
});
ws.on("publish", ({ body }) => news.publish(body.data, { subject: "s", attributes: { from: "me" } }));
ws.on("double", ({ body }) => double.call({ n: body.n }).catch((error) => error.code + ": " + error.message));
ws.on("flaky", () => flaky.send(undefined));
ws.on("count", async ({ body }) => { await counter.set({ count: body.count }); return counter.get(); });
ws.on("secrets", async () => [await token.value(), await filed.value(), await dotenv.value(), await missing.value().catch((error) => error.code)]);
ws.on("nothing", async () => [await nothing.call(undefined), await box.keep(), await nil.call(undefined)].map(String));
ws.on("lost", async () => {
  const lost = { deep: [new Map(), new Set()] };
  return Promise.all([
    nothing.call(lost), nothing.send({ bytes: big }), mapped.call(undefined), counter.set(lost as never),
    counter.set(undefined as never), box.keep(lost), box.keep("map"), images.put("lost", lost), images.put("lost", undefined),
  ].map(codeOf));
});
ws.on("big", async () => {
  await images.put("big", big.buffer);
  const found = (await images.get("big"))?.bytes;
  return [found?.length, found?.every((byte) => byte === 7), await codeOf(images.put("bigger", new Uint8Array(big.length + 1)))];
});
ws.on("counter", () => counter.get());
`;

let folder: string;
let app: TestApp;
let client: TestClient;

beforeAll(async () => {
  folder = await makeFolder({
    "app.ts": source,
    ".env": "DOTENV=from dot env\n",
    "secret.txt": "from a file\n",
  });
  app = await start(path.join(folder, "app.ts"), {
    environment: { API_TOKEN: "from the environment", FILED_FILE: "secret.txt" },
  });
  client = await app.connect();
});

afterAll(async () => {
  await app.stop();
  await removeFolder(folder);
});

const ask = async (message: object): Promise<unknown> => {
  client.send(message);
  return client.nextJson();
};
const logged = async (): Promise<string[]> =>
  (await app.rows<{ what: string }>("log")).map(({ what }) => what);

test("a bucket keeps bytes, text and JSON by key, lists them in order, and its handlers hear of changes", async () => {
  expect(await ask({ action: "images" })).toEqual({
    keys: ["b/c.txt", "b/d.json"],
    bytes: [0, 255, 10],
    type: "image/png",
    json: { a: 1 },
    gone: [null, false, 2],
  });
  await app.eventually(async () => {
    const lines = await logged();
    expect(lines).toContain("put a.png 3 image/png");
    expect(lines).toContain("delete b/c.txt");
    expect(lines).toContain("delete b/d.json");
    expect(lines.filter((line) => line.startsWith("put"))).toHaveLength(1);
  });
  await app.bucket("images").put("from-the-test.png", "x");
  await app.eventually(async () =>
    expect(await logged()).toContain("put from-the-test.png 1 text/plain; charset=utf-8"),
  );
});

test("what is published reaches every subscriber, with subject and attributes", async () => {
  client.send({ action: "publish", data: "plain" });
  expect(await client.next()).toMatch(/\S/);
  await app.eventually(async () => expect(await logged()).toContain("news plain s me 1"));
  await app.publish("news", { hello: "world" });
  await app.eventually(async () => expect(await logged()).toContain('json {"hello":"world"}'));
});

test("a function is called with its result or its error, and as an event it is tried again", async () => {
  expect(await ask({ action: "double", n: 21 })).toEqual({ twice: 42 });
  client.send({ action: "double", n: -1 });
  expect(await client.next()).toBe("HANDLER_THREW: negative: -1");
  client.send({ action: "flaky" });
  await app.eventually(async () => expect(await logged()).toContain("flaky done"), { timeoutMs: 8000 });
});

test("nothing that is returned arrives as undefined, and null as null", async () => {
  expect(await ask({ action: "nothing" })).toEqual(["undefined", "undefined", "null"]);
});

test("what JSON would lose on the way to a function, a state, a bucket or a resource is refused", async () => {
  expect(await ask({ action: "lost" })).toEqual([
    "RESOURCE_ARGUMENT_INVALID",
    "RESOURCE_ARGUMENT_INVALID",
    "HANDLER_RESULT_INVALID",
    ...Array.from({ length: 3 }, () => "RESOURCE_ARGUMENT_INVALID"),
    "HANDLER_RESULT_INVALID",
    "RESOURCE_ARGUMENT_INVALID",
    "RESOURCE_ARGUMENT_INVALID",
  ]);
});

test("the largest object that a bucket takes is put and got by a handler, and a larger one is refused", async () => {
  client.send({ action: "big" });
  expect(JSON.parse(await client.next({ timeoutMs: 15_000 }))).toEqual([
    16_777_216,
    true,
    "OBJECT_TOO_LARGE",
  ]);
});

test("a state is read and set by every handler", async () => {
  expect(await ask({ action: "count", count: 7 })).toEqual({ count: 7 });
});

test("secrets come from the environment, a file or .env, and a missing one says so", async () => {
  expect(await ask({ action: "secrets" })).toEqual([
    "from the environment",
    "from a file",
    "from dot env",
    "SECRET_MISSING",
  ]);
  expect(JSON.stringify(app.model)).not.toContain("from the environment");
  await writeFile(path.join(folder, ".env"), "DOTENV=changed\n");
  expect(await ask({ action: "secrets" })).toContain("changed");
});

test("states, objects and rows outlive a restart, and kill -9", async () => {
  const other = await makeFolder({ "app.ts": source });
  let running = await startDev(other);
  try {
    const talk = async (message: object): Promise<unknown> => {
      const client = await openClient(running.url);
      client.socket.send(JSON.stringify(message));
      const answer: unknown = JSON.parse(await client.next());
      client.socket.close();
      return answer;
    };
    await talk({ action: "count", count: 41 });
    await talk({ action: "images" });
    await running.stop("SIGKILL");
    running = await startDev(other);
    expect(await talk({ action: "counter" })).toEqual({ count: 41 });
  } finally {
    await running.stop("SIGKILL");
    await removeFolder(other);
  }
});
