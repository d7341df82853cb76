import { start, type TestApp } from "holdfast/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replay } from "../../test/transcript.ts";

let app: TestApp;

beforeEach(async () => {
  app = await start(new URL("../app.ts", import.meta.url));
});

afterEach(() => app.stop());

const world = async (): Promise<{ key: string; direction: number }[]> =>
  (await (await app.fetch("/connections")).json()) as { key: string; direction: number }[];

test("clients of the transcript receive what it says, byte for byte, and nothing else", async () => {
  const { expected, received } = await replay(app, new URL("./transcript.txt", import.meta.url));
  expect(received).toEqual(expected);
});

test("the world is every connection with its state, from before anybody hears of it until it has left", async () => {
  expect(await world()).toEqual([]);
  const [first, second] = [await app.connect(), await app.connect()];
  expect(await world()).toHaveLength(2);

  first.send({ action: "rotate", direction: 90 });
  const { key } = await first.nextJson<{ key: string }>();
  expect((await world()).toSorted((a, b) => b.direction - a.direction)).toEqual([
    { key, direction: 90 },
    { key: expect.any(String), direction: 0 },
  ]);

  await first.close();
  await second.next(); // the rotation
  expect(await second.next()).toBe('{"action":"disconnect"}');
  expect((await world()).map(({ direction }) => direction)).toEqual([0]);
});

test("a face that was forgotten is not in the world for ever", async () => {
  await app.connect();
  const [row] = await app.rows<{ ttl: number }>("data");
  const hours = ((row?.ttl ?? 0) - Date.now() / 1000) / 3600;
  expect(hours).toBeGreaterThan(2.9); // a connection lasts two hours at most
  expect(hours).toBeLessThan(3.1);
});

test("200 connections see each other come, turn and go", { timeout: 60_000 }, async () => {
  const clients = await Promise.all(Array.from({ length: 200 }, () => app.connect()));
  for (const client of clients) client.send({ action: "connected" });
  const received = (count: number): Promise<void> =>
    app.eventually(() => expect(clients.every(({ messages }) => messages.length === count)).toBe(true), {
      timeoutMs: 20_000,
    });
  await received(200);
  for (const client of clients) client.send({ action: "rotate", direction: 90 });
  await received(400);

  const keys = (await world()).map(({ key }) => key).toSorted();
  expect(keys).toHaveLength(200);
  for (const { messages } of clients) {
    const told = messages.map((message) => JSON.parse(message) as { key: string; action: string });
    for (const action of ["connected", "rotate"])
      expect(
        told
          .filter((one) => one.action === action)
          .map(({ key }) => key)
          .toSorted(),
      ).toEqual(keys);
  }

  const [last, ...others] = clients;
  await Promise.all(others.map((client) => client.close()));
  await app.eventually(() => expect(last?.messages).toHaveLength(400 + 199), { timeoutMs: 20_000 });
  expect(await world()).toHaveLength(1);
});

test("the page and the sockets share a port; its files have names that browsers may keep for good", async () => {
  expect(new URL(app.url()).host).toBe(new URL(app.http).host);
  const page = await app.fetch("/");
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const paths = [...(await page.text()).matchAll(/(?:href|src)="(?<path>[^"]+)"/g)].map(
    ({ groups }) => groups?.path ?? "",
  );
  expect(paths).toHaveLength(5);
  for (const path of paths) {
    expect(path).toMatch(/^\/_static\/\w+-[0-9a-f]{10}\.\w+$/);
    const file = await app.fetch(path);
    expect([file.status, file.headers.get("cache-control")]).toEqual([
      200,
      "public, max-age=31536000, immutable",
    ]);
  }
  const manifest = (await (await app.fetch("/_static/static.json")).json()) as Record<string, string>;
  expect(Object.keys(manifest).toSorted()).toEqual([
    "connection.js",
    "face.svg",
    "faces.css",
    "faces.js",
    "style.css",
  ]);
  for (const path of paths) expect(Object.values(manifest)).toContain(path.replace("/_static/", ""));
});
