import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createHealthPage, type Readiness } from "./health-page.ts";
import { respondNotFound } from "./http-answer.ts";

let readiness: Readiness = "starting";
const server = createServer(createHealthPage(() => readiness, respondNotFound));
let base = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

it.each([
  ["starting", 503],
  ["ready", 200],
  ["draining", 503],
] as const)("a server that is %s lives, and is to get clients or not", async (state, status) => {
  readiness = state;
  expect((await fetch(`${base}/health/live`)).status).toBe(200);
  const ready = await fetch(`${base}/health/ready?verbose`);
  expect([ready.status, await ready.json()]).toEqual([status, { message: state }]);
  expect(ready.headers.get("cache-control")).toBe("no-store");
});

it("everything else is another's", async () => {
  expect((await fetch(`${base}/health`)).status).toBe(404);
  expect((await fetch(`${base}/health/live`, { method: "POST" })).status).toBe(404);
});
