import { ApiGatewayManagementApiClient, GetConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  holdfastBin,
  makeFolder,
  openClient,
  removeFolder,
  runHoldfast,
  startServe,
  type DevProcess,
} from "../support/holdfast.ts";

const app = `import { App } from "holdfast";
import { setTimeout as sleep } from "node:timers/promises";
const app = new App("served");
export default app;
const left = app.table<{ id: string; code: number; times: number }>("left", { key: "id" });
const ws = app.websocket();
ws.onMessage(async ({ text }) => {
  if (text === "slow") await sleep(700);
  return text;
});
ws.onDisconnect(async ({ connectionId, code }) => {
  const before = await left.get({ id: connectionId });
  await left.put({ id: connectionId, code, times: (before?.times ?? 0) + 1 });
});
ws.on("hang", () => new Promise(() => {}));
app.http.get("/slow", async () => {
  await sleep(6000);
  return new Response("done");
});
app.http.get("/left", async () => Response.json(await Array.fromAsync(left.scan())));
`;

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

async function folder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const made = await makeFolder({ "app.ts": app, ...files });
  opened.push(() => removeFolder(made));
  return made;
}

async function serve(where: string, ...args: string[]): Promise<DevProcess> {
  const server = await startServe(where, ...args);
  opened.push(async () => {
    if (server.child.exitCode === null) await server.stop("SIGKILL");
  });
  return server;
}

test("SIGTERM drains: unready and refusing at once, handlers finish, each client hears 1012, one $disconnect each, exit 0", async () => {
  const where = await folder();
  const server = await serve(where, "--set", "drain.windowMs=1500ms", "--set", "drain.closeReason=Moving");
  const ready = new URL("/health/ready", server.ready.http);
  expect((await fetch(ready)).status).toBe(200);
  const clients = await Promise.all(Array.from({ length: 6 }, () => openClient(server.url)));
  clients[0]?.socket.send("slow");

  const exited = server.stop("SIGTERM");
  await server.line(({ event }) => event === "draining");
  expect((await fetch(ready)).status).toBe(503);
  expect((await fetch(new URL("/health/live", ready))).status).toBe(200);
  const refused = await new Promise<Record<string, unknown>>((resolve) =>
    new WebSocket(server.url).once("unexpected-response", (_request, { statusCode, headers }) =>
      resolve({ statusCode, retry: headers["retry-after"] }),
    ),
  );
  expect(refused).toEqual({ statusCode: 503, retry: "1" });
  expect(await clients[0]?.next()).toBe("slow");
  expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual(
    clients.map(() => ({ code: 1012, reason: "Moving" })),
  );
  expect(await exited).toBe(0);

  const again = await serve(where);
  const left = (await (await fetch(new URL("/left", again.ready.http))).json()) as unknown[];
  expect(left).toEqual(clients.map(() => expect.objectContaining({ code: 1012, times: 1 }) as unknown));
});

test("a request under way is answered, for as long as there is grace", async () => {
  const server = await serve(await folder(), "--set", "drain.windowMs=0", "--set", "drain.graceMs=20s");
  const answer = fetch(new URL("/slow", server.ready.http)).then((response) => response.text());
  await sleep(200);
  const exited = server.stop("SIGTERM");
  expect(await answer).toBe("done");
  expect(await exited).toBe(0);
});

test("what never ends is given up when the grace is over", async () => {
  const server = await serve(await folder(), "--set", "drain.windowMs=0", "--set", "drain.graceMs=1s");
  const client = await openClient(server.url);
  client.socket.send('{"action":"hang"}');
  await sleep(200);
  const exited = server.stop("SIGTERM");
  expect((await client.closed).code).toBe(1012);
  expect(await exited).toBe(0);
  expect(server.lines.map(({ event }) => event)).toContain("gateway.stop-timeout");
});

test("a second signal does not wait", async () => {
  const server = await serve(await folder(), "--set", "drain.windowMs=20s");
  const client = await openClient(server.url);
  const exited = server.stop("SIGTERM");
  await server.line(({ event }) => event === "draining");
  server.child.kill("SIGTERM");
  expect(await exited).toBeGreaterThan(0);
  expect((await client.closed).code).toBe(1006);
});

test("whoever asks an app that has not started yet to end does not wait for its start", async () => {
  const where = await folder({
    "app.ts": "await new Promise((resolve) => setTimeout(resolve, 60_000)); export default 1;",
  });
  const child = spawn(process.execPath, [holdfastBin, "serve", "--port", "0"], {
    cwd: where,
    stdio: "ignore",
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  await sleep(1000);
  child.kill("SIGTERM");
  expect(await exited).toBe(143);
});

test("a server whose worker is killed says so, and a second start names the process to stop", async () => {
  const where = await folder();
  const server = await serve(where);
  const second = await runHoldfast(["serve", "--port", "0"], where);
  expect([second.code, second.stderr]).toEqual([
    1,
    expect.stringContaining(`as process ${server.child.pid}`),
  ]);
  const note = JSON.parse(await readFile(path.join(where, ".holdfast/running.json"), "utf8")) as {
    pid: number;
  };
  let said = "";
  server.child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => server.child.once("close", resolve));
  process.kill(note.pid, "SIGKILL");
  expect(await exited).toBe(137);
  expect(said).toContain("was ended by SIGKILL");
});

test("the configuration is printed as it would count: file, then environment, then flags", async () => {
  const where = await folder({
    "holdfast.yaml":
      "port: 1111\nstage: file\nlimits:\n  connections: 5\ntraces:\n  headers:\n    api-key: hidden\n",
  });
  const env = { HOLDFAST_PORT: "2222", HOLDFAST_LIMITS_CONNECTIONS: "6" };
  const { code, stdout } = await runHoldfast(
    ["serve", "--print-config", "--json", "--set", "limits.connections=7"],
    where,
    env,
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ port: 2222, stage: "file", limits: { connections: 7 } });
  expect(stdout).not.toContain("hidden");
});

test("every mistake of a configuration is shown at once, and nothing starts", async () => {
  const where = await folder({ "holdfast.yaml": "port: many\nlimts:\n  connections: 5\n" });
  const { code, stderr } = await runHoldfast(["serve", "--set", "drain.closeCode=7"], where);
  expect(code).toBe(1);
  expect(stderr).toContain("holdfast.yaml:1:7");
  expect(stderr).toContain("limits");
  expect(stderr).toContain("drain.closeCode");
});

test("a key of the file reaches connections, and not what AWS's services have of the app's data", async () => {
  const keys = [{ accessKeyId: "backend-2026", secretAccessKey: "secret" }];
  const where = await folder({
    "keys.json": JSON.stringify(keys),
    "holdfast.yaml": "management: { credentials: keys.json }",
  });
  const server = await serve(where);
  const credentials = { accessKeyId: "backend-2026", secretAccessKey: "secret" };
  const region = "us-east-1";
  const client = await openClient(server.url);
  const api = new ApiGatewayManagementApiClient({
    endpoint: `${server.ready.http}production`,
    region,
    credentials,
  });
  const nobody = api.send(new GetConnectionCommand({ ConnectionId: "AAAAAAAAAAAAAAAAAAAAAA==" }));
  await expect(nobody).rejects.toMatchObject({ name: "BadRequestException" });
  const tables = new DynamoDBClient({ endpoint: server.ready.http, region, credentials });
  await expect(tables.send(new ListTablesCommand({}))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  client.socket.terminate();
});

test("nobody reaches @connections without a key that the server knows", async () => {
  const server = await serve(await folder());
  const client = await openClient(server.url);
  client.socket.send("hello");
  await client.next();
  const url = new URL("/production/@connections/AAAAAAAAAAAAAAAAAAAAAA==", server.ready.http);
  const unsigned = await fetch(url, { method: "POST", body: "x" });
  expect(unsigned.status).toBe(403);
});
