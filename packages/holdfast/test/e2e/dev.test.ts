import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import {
  holdfastBin,
  makeFolder,
  openClient,
  removeFolder,
  runHoldfast,
  startDev,
  type DevProcess,
} from "../support/holdfast.ts";

const opened: { dev?: DevProcess; folder: string }[] = [];

async function dev(
  files: Record<string, string>,
  ...args: string[]
): Promise<DevProcess & { folder: string }> {
  const folder = await makeFolder(files);
  const entry: { dev?: DevProcess; folder: string } = { folder };
  opened.push(entry);
  entry.dev = await startDev(folder, ...args);
  return { ...entry.dev, folder };
}

afterEach(async () => {
  const entries = opened.splice(0);
  // All of them before any folder goes: two may have run in the same one.
  for (const { dev: process } of entries) await process?.stop("SIGKILL");
  for (const { folder } of entries) await removeFolder(folder);
});

const echo = `import { App } from "holdfast";
const app = new App("echo");
export default app;
const ws = app.websocket();
const seen = app.table<{ id: string; what: string }>("seen", { key: "id" });
ws.onConnect(async ({ connectionId }) => { await seen.put({ id: connectionId, what: "connected" }); });
ws.onDisconnect(async ({ connectionId, code }) => { await seen.put({ id: connectionId, what: "left " + code }); });
ws.onMessage(({ text }) => "echo " + text);
ws.on("whoami", ({ connectionId, event }) => ({ connectionId, event }));
app.http.get("/seen", async () => Response.json(await Array.fromAsync(seen.scan())));
`;

test("dev prints the ready line first, with the URLs, and serves sockets and HTTP on one port", async () => {
  const { ready, lines, url } = await dev({ "app.ts": echo });

  expect(lines[0]).toBe(ready);
  expect(ready.websockets).toEqual([
    { name: "websocket", url: expect.stringMatching(/^ws:\/\/localhost:\d+\/dev$/) },
  ]);
  expect(ready.startupMs).toBeGreaterThan(0);
  expect(ready.functions).toContain("websocket-connect");
  const client = await openClient(url);
  client.socket.send("hello");
  expect(await client.next()).toBe("echo hello");
  const rows = (await (await fetch(new URL("/seen", ready.http))).json()) as object[];
  expect(rows).toEqual([{ id: expect.any(String), what: "connected" }]);
});

test("a handler meets API Gateway's event, with the configured domain name and the stage", async () => {
  const { url } = await dev({ "app.ts": echo }, "--stage", "primary");

  const client = await openClient(url);
  client.socket.send(JSON.stringify({ action: "whoami", x: 1 }));

  const { connectionId, event } = JSON.parse(await client.next()) as {
    connectionId: string;
    event: Record<string, unknown>;
  };
  expect(new URL(url).pathname).toBe("/primary");
  expect(event).toMatchObject({
    body: '{"action":"whoami","x":1}',
    isBase64Encoded: false,
    requestContext: {
      routeKey: "whoami",
      eventType: "MESSAGE",
      stage: "primary",
      connectionId,
      domainName: new URL(url).host,
    },
  });
});

test("Ctrl-C closes the sockets, runs $disconnect, exits with 0 and leaves nothing behind", async () => {
  const running = await dev({ "app.ts": echo });
  const client = await openClient(running.url);

  expect(await running.stop()).toBe(0);

  expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
  await expect(stat(path.join(running.folder, ".holdfast/running.json"))).rejects.toThrow("ENOENT");
  const again = await startDev(running.folder);
  opened.push({ dev: again, folder: running.folder });
  const rows = (await (await fetch(new URL("/seen", again.ready.http))).json()) as { what: string }[];
  expect(rows.map((row) => row.what)).toEqual(["left 1001"]);
});

test("after kill -9 the next start runs $disconnect with 1006 for connections that were open, and data is there", async () => {
  const running = await dev({ "app.ts": echo });
  const client = await openClient(running.url);
  client.socket.send("x");
  await client.next();
  await running.stop("SIGKILL");

  const again = await startDev(running.folder);
  opened.push({ dev: again, folder: running.folder });

  await expect
    .poll(async () => (await fetch(new URL("/seen", again.ready.http))).json(), { timeout: 5000 })
    .toEqual([{ id: expect.any(String), what: "left 1006" }]);
  expect(await again.stop()).toBe(0);
  const third = await startDev(running.folder, "--reset");
  opened.push({ dev: third, folder: running.folder });
  expect(await (await fetch(new URL("/seen", third.ready.http))).json()).toEqual([]);
});

test("an API with a path is mounted exactly there, and a second API gets the next port", async () => {
  const { ready } = await dev({
    "app.ts": `import { App } from "holdfast";
const app = new App("several");
export default app;
app.websocket("main").onMessage(() => "first");
app.websocket("also").onMessage(() => "second");
app.websocket("chat", { path: "/chat/{username}" }).onMessage(({ params }) => "chat " + params.username);
`,
  });

  const urls = Object.fromEntries(ready.websockets.map(({ name, url }) => [name, url]));
  const config = await (await fetch(new URL("/_holdfast/config.js", ready.http))).text();
  expect(config).toContain(`websockets = ${JSON.stringify(urls)}`);
  const answers = [];
  for (const url of [urls.main, urls.also, urls.chat?.replace("{username}", "Ann%20B")]) {
    const client = await openClient(url ?? "");
    client.socket.send("x");
    answers.push(await client.next());
  }
  expect(answers).toEqual(["first", "second", "chat Ann B"]);
  expect(new URL(urls.chat ?? "").host).toBe(new URL(urls.main ?? "").host);
  expect(new URL(urls.also ?? "").host).not.toBe(new URL(urls.main ?? "").host);
  expect(new URL(urls.main ?? "").host).toBe(new URL(ready.http).host);
});

test("dev runs a named file, and a folder by its app.ts", async () => {
  const folder = await makeFolder({ "services/chat.ts": echo, "other/app.ts": echo });
  opened.push({ folder });
  for (const named of ["services/chat.ts", "other"]) {
    const running = await startDev(folder, named);
    opened.push({ dev: running, folder });
    expect(running.ready.event).toBe("ready");
    expect(await running.stop()).toBe(0);
  }
});

const badApps: Record<string, [string | undefined, RegExp]> = {
  "no such file": [
    undefined,
    /There is no missing\.ts[\s\S]*APP_FILE_NOT_FOUND[\s\S]*Give the path of an app file/,
  ],
  "no default export": ["export const x = 1;", /APP_NO_DEFAULT_EXPORT[\s\S]*export default app/],
  "a syntax error": [
    "import { App } from 'holdfast';\nconst app = new App('x';\n",
    /APP_BUILD_FAILED[\s\S]*missing\.ts:2:\d+[\s\S]*const app = new App/,
  ],
  "an error while loading": [
    "import { App } from 'holdfast';\nexport default new App('x');\nthrow new Error('boom at load');",
    /boom at load/,
  ],
  "two routes with one key": [
    "import { App } from 'holdfast';\nconst app = new App('x');\nexport default app;\nconst ws = app.websocket();\nws.on('join', () => 1);\nws.on('join', () => 2);\n",
    /"join"[\s\S]*ROUTE_DUPLICATE[\s\S]*missing\.ts:6/,
  ],
};

for (const [what, [text, expected]] of Object.entries(badApps)) {
  test(`${what} is an error that says where and what to do, with exit code 1 and no stack`, async () => {
    const folder = await makeFolder(text === undefined ? {} : { "missing.ts": text });
    opened.push({ folder });

    const { code, stderr, stdout } = await runHoldfast(["dev", "missing.ts", "--port", "0"], folder);

    expect(stdout).toBe("");
    expect(stderr).toMatch(expected);
    expect(stderr).not.toMatch(/^\s+at .*(node:internal|holdfast\/dist)/m);
    expect(code).toBe(1);
  });
}

test("an unknown target is an error that names it and the ones there are", async () => {
  const folder = await makeFolder({ "app.ts": echo });
  opened.push({ folder });

  const { code, stderr } = await runHoldfast(["dev", "--target", "mainframe"], folder);

  expect(stderr).toMatch(/"mainframe"[\s\S]*Choose one of: local/);
  expect(code).toBe(1);
});

test("a port in use is an error that names it and says what to do", async () => {
  const folder = await makeFolder({ "app.ts": echo });
  opened.push({ folder });
  const server = createServer().listen(0, "localhost");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  try {
    const { code, stderr } = await runHoldfast(["dev", "--port", String(port)], folder);
    expect(stderr).toMatch(new RegExp(`${port}[\\s\\S]*ADDRESS_IN_USE[\\s\\S]*--port`));
    expect(code).toBe(1);
  } finally {
    server.close();
  }
});

test("a second dev of the same folder is refused, and the first goes on", async () => {
  const running = await dev({ "app.ts": echo });

  const { code, stderr } = await runHoldfast(["dev", "--port", "0"], running.folder);

  expect(stderr).toMatch(new RegExp(`${running.child.pid}[\\s\\S]*STATE_IN_USE`));
  expect(code).toBe(1);
  const client = await openClient(running.url);
  client.socket.send("still there");
  expect(await client.next()).toBe("echo still there");
});

test("without --json dev prints a banner for people, without colours in a pipe, and says when it stops", async () => {
  const folder = await makeFolder({ "app.ts": echo });
  opened.push({ folder });
  const child = spawn(process.execPath, [holdfastBin, "dev", "--port", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let shown = "";
  child.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
    if (shown.includes("Ready in") && !child.killed) child.kill("SIGINT");
  });

  const [code] = (await once(child, "exit")) as [number | null];

  expect(code).toBe(0);
  expect(shown).toMatch(
    /^\n {2}echo dev\n\n {2}WebSocket {2}ws:\/\/localhost:\d+\/dev\n {2}HTTP {7}http:\/\/localhost:\d+\/\n {2}Functions {2}.*websocket-connect.*\n\n {2}● Ready in \d+ ms\. .*\n\n\nStopping: .*\nStopped\.\n$/,
  );
});

test("running.json tells other commands where the app is", async () => {
  const running = await dev({ "app.ts": echo });

  const note = JSON.parse(
    await readFile(path.join(running.folder, ".holdfast/running.json"), "utf8"),
  ) as object;

  expect(note).toEqual({
    pid: running.child.pid,
    stage: "dev",
    websockets: running.ready.websockets,
    http: running.ready.http,
    control: expect.stringContaining(`${running.child.pid}-`),
  });
});

test("a note whose process number belongs to somebody else by now keeps nobody out", async () => {
  const folder = await makeFolder({ "app.ts": echo });
  opened.push({ folder });
  await mkdir(path.join(folder, ".holdfast"));
  await writeFile(
    path.join(folder, ".holdfast/running.json"),
    '{"pid":1,"websockets":[],"http":"http://localhost:1/"}',
  );

  const running = await startDev(folder);
  opened.push({ dev: running, folder });

  expect(running.ready.event).toBe("ready");
});

test("of two dev that start at the same time one runs, whole, and the other says so; --reset does not take it away", async () => {
  const folder = await makeFolder({ "app.ts": echo });
  opened.push({ folder });
  const both = await Promise.allSettled([startDev(folder), startDev(folder)]);
  const winners = both.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  for (const dev of winners) opened.push({ dev, folder });

  expect(winners).toHaveLength(1);
  expect(JSON.stringify(both.map((one) => String("reason" in one ? one.reason : "")))).toContain(
    "STATE_IN_USE",
  );
  const client = await openClient(winners[0]?.url ?? "");
  const { code, stderr } = await runHoldfast(["dev", "--port", "0", "--reset"], folder);
  expect([code, stderr]).toEqual([1, expect.stringContaining("STATE_IN_USE")]);
  client.socket.send("hello");
  expect(await client.next()).toBe("echo hello");
  expect(await (await fetch(new URL("/seen", winners[0]?.ready.http))).json()).toHaveLength(1);
});

test("--host takes an address of this machine, shows it where it is not localhost, and refuses an empty one", async () => {
  const folder = await makeFolder({ "app.ts": echo });
  opened.push({ folder });
  const empty = await runHoldfast(["dev", "--port", "0", "--host", ""], folder);
  expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining("OPTION_INVALID")]);
  const foreign = await runHoldfast(["dev", "--port", "0", "--host", "192.0.2.1"], folder);
  expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining("ADDRESS_NOT_AVAILABLE")]);
  const running = await startDev(folder, "--host", "127.0.0.2");
  opened.push({ dev: running, folder });
  expect(running.url).toMatch(/^ws:\/\/127\.0\.0\.2:\d+\/dev$/);
  const client = await openClient(running.url);
  client.socket.send("x");
  expect(await client.next()).toBe("echo x");
});

test("handlers close and describe connections, and a second Ctrl-C does not wait for a $disconnect that never ends", async () => {
  const running = await dev({
    "app.ts": `import { App } from "holdfast";
const app = new App("closing");
export default app;
const ws = app.websocket();
ws.on("describe", async ({ connectionId }) => { const { sourceIp, connectedAt, userAgent } = await ws.describe(connectionId); return { sourceIp, isDate: connectedAt instanceof Date, userAgent }; });
ws.on("close", async ({ connectionId }) => { await ws.send(connectionId, "last words"); await ws.close(connectionId, { code: 4001, reason: "enough" }); });
ws.onDisconnect(() => new Promise(() => {}));
`,
  });
  const client = await openClient(running.url, [], { "user-agent": "tester" });
  client.socket.send('{"action":"describe"}');
  expect(JSON.parse(await client.next())).toEqual({
    sourceIp: "127.0.0.1",
    isDate: true,
    userAgent: "tester",
  });
  client.socket.send('{"action":"close"}');
  expect(await client.next()).toBe("last words");
  expect(await client.closed).toEqual({ code: 4001, reason: "enough" });
  running.child.kill("SIGINT");
  await running.line((line) => line.event === "stopping");
  expect(await running.stop()).toBe(130);
});

test("an API that a reload adds is told to people and to other commands", async () => {
  const running = await dev({ "app.ts": echo });
  const withSecond =
    echo.replace('"echo " + text', '"changed " + text') +
    'app.websocket("second").onMessage(() => "second");';
  const client = await openClient(running.url);
  expect(await readFile(path.join(running.folder, ".holdfast/running.json"), "utf8")).not.toContain("second");

  await writeFile(path.join(running.folder, "app.ts"), withSecond);
  const reloaded = (await running.line((line) => line.event === "reloaded")) as unknown as {
    message: string;
    websockets: { name: string; url: string }[];
  };
  const second = reloaded.websockets.find(({ name }) => name === "second");

  expect(reloaded.message).toContain(`second at ${second?.url}`);
  expect(await readFile(path.join(running.folder, ".holdfast/running.json"), "utf8")).toContain(
    `${second?.url}`,
  );
  client.socket.send("x");
  expect(await client.next()).toBe("changed x");
  const other = await openClient(second?.url ?? "");
  other.socket.send("x");
  expect(await other.next()).toBe("second");
});
