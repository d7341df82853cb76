import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start, type TestApp, type TestClient } from "../../../src/testing/index.ts";

let backend: Server;
let app: TestApp;
let client: TestClient;
const requests: { path: string; connectionId: unknown }[] = [];

beforeAll(async () => {
  backend = createServer((request, response) => {
    requests.push({ path: request.url ?? "", connectionId: request.headers.connectionid });
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      if (request.url === "/connect") response.writeHead(200).end();
      else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ body }));
    });
  });
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  const { port } = backend.address() as AddressInfo;
  app = await start(new URL("../../apps/integrations/app.ts", import.meta.url), {
    environment: { BACKEND_URL: `http://127.0.0.1:${port}` },
  });
  client = await app.connect();
});

afterAll(async () => {
  await app.stop();
  backend.close();
});

const send = async (message: object): Promise<string> => {
  client.send(message);
  return client.next();
};

test("$connect and messages reach an HTTP backend, and its answers go back", async () => {
  expect(requests).toEqual([{ path: "/connect", connectionId: expect.stringMatching(/=$/) }]);
  const message = { action: "echo", text: "hi" };
  expect(JSON.parse(await send(message))).toEqual({ body: JSON.stringify(message) });
});

test("templates decide what the backend gets, and what of its answer goes back", async () => {
  expect(JSON.parse(await send({ action: "shout", text: "hi" }))).toBe('{"text": "HI"}');
});

test("a mock answers by itself, with stage variables and context", async () => {
  expect(await send({ action: "greet" })).toBe(`Hello, ${String(requests[0]?.connectionId)}`);
});

test("a message becomes an item without a handler, when it fits the model", async () => {
  expect(await send({ action: "note", id: 5 })).toContain('"message": "Bad request body"');
  client.send({ action: "note", id: "1", text: "kept" });
  await app.eventually(async () => expect(await app.rows("notes")).toEqual([{ id: "1", text: "kept" }]));
  expect(JSON.parse(await send({ action: "read" }))).toEqual({ id: "1", text: "kept" });
});
