import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readModel } from "../../src/model/schema.ts";
import { makeFolder, removeFolder, runHoldfast } from "../support/holdfast.ts";

const app = `import { App } from "holdfast";
const app = new App("inspected");
export default app;
const ws = app.websocket("chat", { routeSelectionExpression: "\${request.body.type}", stageVariables: { colour: "blue" }, limits: { idleTimeoutMs: 60_000 } });
ws.onConnect(() => {});
ws.on("move", { ordered: true, timeoutMs: 500, memoryMb: 256, concurrency: 2 }, () => 1);
app.table("games", { key: "id", sortKey: { name: "at", type: "number" }, ttl: "ttl", indexes: { byRoom: { key: "room" } } });
app.http.get("/games/{id}", () => new Response());
app.static("public");
console.log("loading says something");
`;

let folder: string;

beforeAll(async () => {
  folder = await makeFolder({ "app.ts": app, "broken.ts": "export default 1;" });
});

afterAll(() => removeFolder(folder));

test("inspect prints what an app is made of, for people", async () => {
  const { code, stdout } = await runHoldfast(["inspect"], folder);

  expect(code).toBe(0);
  expect(stdout).toBe(`inspected

WebSocket API "chat"
  routed by              \${request.body.type}
  idleTimeoutMs          60000
  stageVariables.colour  blue
  $connect  → chat-connect
  move      → chat-move     answers, ordered

HTTP routes
  GET  /games/{id}  → http-get-games-id

Static files
  /  ← public/

Tables
  games  id: string, at: number  expires by ttl  indexes: byRoom (room: string)

Functions
  chat-connect       app.ts  30000 ms
  chat-move          app.ts  500 ms, 256 MB, 2 at a time
  http-get-games-id  app.ts  30000 ms

Grants
  chat-connect       none
  chat-move          none
  http-get-games-id  none
`);
});

test("inspect --json prints the model, which its schema accepts, and leaves nothing behind", async () => {
  const { code, stdout } = await runHoldfast(["inspect", "app.ts", "--json"], folder);

  expect(code).toBe(0);
  const printed = JSON.parse(stdout) as { app: unknown };
  expect(printed.app).toEqual({ name: "inspected" });
  expect(readModel(printed)).toHaveProperty("model");
  expect(await readdir(path.join(folder, ".holdfast")).catch(() => [])).toEqual([]);
});

test("inspect of a broken app says why and exits with 1; as JSON with --json", async () => {
  const plain = await runHoldfast(["inspect", "broken.ts"], folder);
  expect([plain.code, plain.stdout]).toEqual([1, ""]);
  expect(plain.stderr).toContain("APP_NO_DEFAULT_EXPORT");

  const json = await runHoldfast(["inspect", "broken.ts", "--json"], folder);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({
    event: "error",
    code: "APP_NO_DEFAULT_EXPORT",
    diagnostics: [{ severity: "error" }],
  });
});

test("inspect works while the app runs, and on the example", async () => {
  const relay = fileURLToPath(new URL("../../../../examples/relay/", import.meta.url));
  const { code, stdout } = await runHoldfast(["inspect", relay], folder);
  expect(code).toBe(0);
  expect(stdout).toContain("$disconnect  → websocket-disconnect");
});
