import { once } from "node:events";
import { PassThrough } from "node:stream";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { systemClock } from "../../src/base/clock.ts";
import { chooseLogFormat } from "../../src/cli/output/server-log-format.ts";
import { chooseApp } from "../../src/frontends/choose.ts";
import { usualAccessLogFormat } from "../../src/model/access-log-format.ts";
import { askLogLevels } from "../../src/targets/local/control/log-level-operations.ts";
import { readRunningNote } from "../../src/targets/local/state-folder.ts";
import { startLocal, type LocalApp } from "../../src/targets/local/start-local.ts";
import { LevelFilter } from "../../src/telemetry/logs/level-filter.ts";
import { createServerLog } from "../../src/telemetry/logs/server-log.ts";
import { makeFolder, removeFolder } from "../support/holdfast.ts";

const queryToken = "query-token-7f3a";
const headerToken = "header-token-91bc";
const apiKey = "api-key-of-a-partner-55d2";

const source = `import { App } from "holdfast";
const app = new App("guarded");
export default app;

const door = app.websocket("door");
door.authorize(({ query }) => ({ allow: query.get("token") === ${JSON.stringify(queryToken)}, principalId: "ann" }));
door.on("echo", ({ text }) => { console.debug("Said"); return text; });
door.on("fail", () => { throw new Error("The database is away"); });

const partners = app.websocket("partners", { accessLog: "own $context.eventType $context.status" });
app.apiKey("partner", { secret: app.secret("PARTNER_KEY"), plan: app.usagePlan("few", {}) });
partners.onConnect({ apiKey: true }, () => {});

app.http.get("/hello/{name}", () => new Response("Hello"));
app.static("public");
`;

type Line = Readonly<Record<string, unknown>>;

class Lines {
  readonly all: Line[] = [];
  readonly output = new PassThrough();
  readonly #reader = createInterface({ input: this.output });

  constructor() {
    this.#reader.on("line", (text) => {
      this.all.push(JSON.parse(text) as Line);
      this.output.emit("told");
    });
  }

  /** Resolves with the first line that fits, now or later. */
  async find(wanted: Line): Promise<Line> {
    for (;;) {
      const found = this.all.find((line) =>
        Object.entries(wanted).every(([name, value]) => line[name] === value),
      );
      if (found !== undefined) return found;
      await once(this.output, "told", { signal: AbortSignal.timeout(10_000) });
    }
  }
}

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

interface Server {
  readonly app: LocalApp;
  readonly lines: Lines;
  readonly stateDir: string;
}

async function startServer(levels: LevelFilter): Promise<Server> {
  const appDir = await makeFolder({ "app.ts": source, "public/index.html": "<p>Hello" });
  opened.push(() => removeFolder(appDir));
  const chosen = await chooseApp(undefined, appDir);
  const lines = new Lines();
  const io = { stdout: lines.output, env: {}, cwd: appDir };
  const format = chooseLogFormat("auto", { name: () => "guarded", version: "1.0.0" }, io);
  const { log, close } = createServerLog({ levels, format, output: lines.output, clock: systemClock });
  opened.push(close);
  const stateDir = path.join(appDir, ".holdfast");
  const app = await startLocal({
    appDir,
    stateDir,
    stage: "production",
    reset: false,
    host: "localhost",
    port: 0,
    watch: false,
    clock: systemClock,
    log,
    logLevels: levels,
    accessLogFormat: usualAccessLogFormat,
    environment: { ...process.env, PARTNER_KEY: apiKey },
    openFrontend: chosen.open,
    evaluates: chosen.evaluates,
    // A socket's path may not be long, and this folder's is not.
    commandsFolder: path.join(appDir, "s"),
  });
  opened.push(() => app.stop());
  return { app, lines, stateDir };
}

async function open(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<WebSocket | number> {
  const socket = new WebSocket(url, { headers });
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(socket));
    socket.once("unexpected-response", (_, { statusCode = 0 }) => resolve(statusCode));
    socket.once("error", reject);
  });
}

const urlOf = ({ app }: Server, name: string): string =>
  app.websockets.find((one) => one.name === name)?.url ?? "";

async function talk(server: Server): Promise<void> {
  const door = urlOf(server, "door");
  const headers = { authorization: `Bearer ${headerToken}`, cookie: `session=${headerToken}` };
  const socket = await open(`${door}?token=${queryToken}`, headers);
  if (!(socket instanceof WebSocket)) throw new Error("The door stays shut");
  for (const action of ["echo", "fail"]) {
    const answered = once(socket, "message");
    socket.send(JSON.stringify({ action }));
    await answered;
  }
  socket.close();
  expect(await open(`${door}/nowhere?token=${queryToken}`, headers)).toBe(403);
  expect(await open(`${door}?token=wrong-${queryToken}`, headers)).toBe(403);
  const partner = await open(urlOf(server, "partners"), { "x-api-key": apiKey });
  if (partner instanceof WebSocket) partner.terminate();
  expect(await open(urlOf(server, "partners"), { "x-api-key": `wrong-${apiKey}` })).toBe(403);
  for (const target of ["hello/ann", "index.html", "nothing"])
    await (await fetch(new URL(`${target}?token=${queryToken}`, server.app.http), { headers })).text();
  const post = new URL(`${door.replace("ws:", "http:")}/@connections/x`);
  await (await fetch(post, { method: "POST", headers, body: "x" })).text();
}

test("each line is a record of ECS, and no secret of a client is in any, at the lightest level", async () => {
  const server = await startServer(new LevelFilter({ level: "debug" }));
  const { lines } = server;
  await talk(server);
  await lines.find({ "event.action": "access", "holdfast.event_type": "DISCONNECT" });
  await lines.find({ "event.action": "access", "url.path": "/nothing" });
  for (const line of lines.all) {
    expect(line).toMatchObject({
      "@timestamp": expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      "log.level": expect.stringMatching(/^(?:debug|info|warn|error)$/) as string,
      message: expect.any(String) as string,
      "ecs.version": "8.11.0",
      "service.name": "guarded",
      "log.logger": expect.stringMatching(/^[a-z]+$/) as string,
    });
  }
  const text = lines.all.map((line) => JSON.stringify(line)).join("\n");
  for (const secret of [queryToken, headerToken, apiKey]) expect(text).not.toContain(secret);
});

test("lines tell the connection, route and request; functions' lines whose they are", async () => {
  const server = await startServer(new LevelFilter({ levels: { function: "debug" } }));
  const { lines } = server;
  await talk(server);
  const failed = await lines.find({ "event.action": "gateway.function-failed" });
  expect(failed).toMatchObject({
    "log.level": "error",
    "holdfast.api": "door",
    "holdfast.route_key": "fail",
    "error.type": "Error",
    "error.message": "The database is away",
    "error.stack_trace": expect.stringContaining("app.ts") as string,
  });
  const connect = await lines.find({ "event.action": "access", "holdfast.event_type": "CONNECT" });
  expect(failed["holdfast.connection_id"]).toBe(connect["holdfast.connection_id"]);
  const access = await lines.find({ "event.action": "access", "holdfast.route_key": "fail" });
  expect(access).toMatchObject({
    message: "MESSAGE fail 500",
    "holdfast.request_id": failed["holdfast.request_id"],
    "http.response.status_code": 500,
    "client.ip": expect.stringMatching(/127\.0\.0\.1|::1/) as string,
    "event.duration": expect.any(Number) as number,
  });
  expect(await lines.find({ "event.action": "function-log", message: "Said" })).toMatchObject({
    "log.level": "debug",
    "faas.name": expect.stringContaining("echo") as string,
  });
  expect(await lines.find({ "event.action": "access", "url.path": "/hello/ann" })).toMatchObject({
    message: "GET /hello/ann 200",
    "http.request.method": "GET",
    "http.response.status_code": 200,
  });
  const file = await lines.find({ "event.action": "access", "url.path": "/index.html" });
  expect(file["http.response.bytes"]).toBeGreaterThan("<p>Hello".length);
  expect(await lines.find({ "event.action": "access", "url.path": "/nothing" })).toMatchObject({
    "http.response.status_code": 404,
  });
  // An API keeps a format of its own.
  const own = await lines.find({ "event.action": "access", message: "own CONNECT 200" });
  expect(own["holdfast.api"]).toBe("partners");
});

test("levels are changed while it runs, by whoever reaches its control endpoint", async () => {
  const server = await startServer(new LevelFilter({ level: "error" }));
  const { lines } = server;
  await talk(server);
  await lines.find({ "event.action": "gateway.function-failed" });
  expect(new Set(lines.all.map((line) => line["log.level"]))).toEqual(new Set(["error"]));

  const { control = "" } = (await readRunningNote(path.join(server.stateDir, "running.json"))) ?? {};
  const changed = await askLogLevels(control, { level: "warn", levels: { access: "info" } });
  expect(changed.level).toBe("warn");
  expect(changed.components).toContainEqual(
    expect.objectContaining({ component: "access", level: "info", isOwn: true }),
  );
  await talk(server);
  await lines.find({ "event.action": "access", "holdfast.event_type": "MESSAGE" });
  const wrong = askLogLevels(control, { levels: { gatway: "debug" } });
  await expect(wrong).rejects.toMatchObject({ code: "OPTION_INVALID" });
});
