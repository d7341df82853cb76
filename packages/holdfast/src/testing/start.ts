import { mkdtemp, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../base/clock.ts";
import { HoldfastError } from "../base/errors.ts";
import { memoryLog, type LogEntry } from "../base/log.ts";
import { chooseApp } from "../frontends/choose.ts";
import type { AppModel } from "../model/app-model.ts";
import { createBucketClient, type BucketClient } from "../runtime/bucket-client.ts";
import { createTable, type Table } from "../runtime/table-client.ts";
import { createWebSocketClient, toText, type WebSocketClient } from "../runtime/websocket-client.ts";
import { chooseTarget } from "../targets/choose.ts";
import type { SignatureOptions } from "../targets/local/signature-options.ts";
import type { LocalApp } from "../targets/local/start-local.ts";
import { eventually } from "./eventually.ts";
import { connectTestClient, type ConnectOptions, type TestClient } from "./test-client.ts";

export interface StartOptions {
  /** "test" unless said. */
  readonly stage?: string;
  /** Added to the environment that the app's functions see. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether `/metrics` shows, in Prometheus's format, what the sockets did. Off unless said. */
  readonly metrics?: boolean;
  /** How signatures of `@connections` and of IAM are taken; any key's unless said. */
  readonly signatures?: SignatureOptions;
}

/** An app that runs for one test: its own port, its own processes, its own data. */
export interface TestApp {
  /** The base URL of HTTP routes and files. */
  readonly http: string;
  /** Where clients of an API connect; of the app's first one unless named. */
  url(api?: string): string;
  /** Opens a socket. Rejects when the app refuses it. */
  connect(options?: ConnectOptions): Promise<TestClient>;
  /** Calls an HTTP route or fetches a file: `app.fetch("/games")`. */
  fetch(pathname: string, init?: RequestInit): Promise<Response>;
  /** A table of the app, with everything a handler can do. */
  table<Row extends object = Record<string, unknown>>(name: string): Table<Row>;
  /** All items of a table. */
  rows<Row extends object = Record<string, unknown>>(name: string): Promise<Row[]>;
  /** A bucket of the app, with everything a handler can do. */
  bucket(name: string): BucketClient;
  /** Publishes to a topic of the app, as a handler or somebody outside would. */
  publish(topic: string, data: unknown): Promise<string>;
  /** An API of the app: send to, close and describe its connections. */
  websocket(api?: string): WebSocketClient;
  /** Tries until `attempt` does not throw, and resolves with its value. Rejects with its last error after `timeoutMs` (2,000). */
  eventually<T>(attempt: () => T | Promise<T>, options?: { readonly timeoutMs?: number }): Promise<T>;
  /** What the app declares. */
  readonly model: AppModel;
  /** What the app and its gateway logged so far. */
  readonly logs: readonly LogEntry[];
  /** Closes everything and forgets the data. `await using` does it by itself. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an app for a test. Give its file: `start(new URL("./app.ts", import.meta.url))`. HOLDFAST_TARGET says where
 * it runs (`local` unless said). Rejects as `holdfast dev` would fail, and with `TESTING_NEEDS_A_FILE` for an App.
 */
export async function start(file: URL | string, options: StartOptions = {}): Promise<TestApp> {
  const startTarget = chooseTarget(process.env.HOLDFAST_TARGET ?? "local");
  const chosen = await chooseApp(toPath(file), process.cwd());
  const stateDir = await makeStateDir(chosen.appDir);
  const log = memoryLog();
  try {
    const running = await startTarget({
      appDir: chosen.appDir,
      stateDir,
      stage: options.stage ?? "test",
      reset: false,
      host: "localhost",
      port: 0,
      watch: false,
      clock: systemClock,
      log,
      environment: { ...process.env, ...options.environment },
      ...(options.metrics !== undefined && { metrics: options.metrics }),
      ...(options.signatures !== undefined && { signatures: options.signatures }),
      openFrontend: chosen.open,
      evaluates: chosen.evaluates,
    });
    return createTestApp(running, stateDir, log.entries);
  } catch (error) {
    await rm(stateDir, { recursive: true, force: true });
    throw error;
  }
}

function toPath(file: unknown): string {
  if (file instanceof URL) return fileURLToPath(file);
  if (typeof file === "string") return file.startsWith("file:") ? fileURLToPath(file) : file;
  throw new HoldfastError("TESTING_NEEDS_A_FILE", "start() was not given a file");
}

/** Below the app's folder, because the bundle that goes there finds the app's packages from there. */
async function makeStateDir(appDir: string): Promise<string> {
  const parent = path.join(appDir, ".holdfast", "test");
  await mkdir(parent, { recursive: true });
  return mkdtemp(path.join(parent, "run-"));
}

function createTestApp(
  running: Omit<LocalApp, "drain">,
  stateDir: string,
  logs: readonly LogEntry[],
): TestApp {
  const clients = new Set<TestClient>();
  const resources = {
    call: (resource: string, operation: string, argument: unknown) =>
      running.resources.call({ resource, operation, argument }),
  };
  const find = <Named extends { readonly name: string }>(
    kind: string,
    all: readonly Named[],
    name: string,
  ): Named => {
    const found = all.find((one) => one.name === name);
    if (found !== undefined) return found;
    const known = all.map((one) => `"${one.name}"`).join(", ") || "none";
    throw new HoldfastError("RESOURCE_UNKNOWN", `The app has no ${kind} "${name}"; it has: ${known}`);
  };
  const api = (name = running.websockets[0]?.name ?? "websocket"): { name: string; url: string } =>
    find("WebSocket API", running.websockets, name);
  const table = <Row extends object>(name: string): Table<Row> =>
    createTable(find("table", running.model.tables, name), resources);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      for (const client of clients) client.terminate();
      await running.stop();
      await rm(stateDir, { recursive: true, force: true });
    })();
    return stopping;
  };

  return {
    http: running.http,
    url: (name) => api(name).url,
    async connect(options = {}) {
      const client = await connectTestClient(api(options.api).url, options);
      clients.add(client);
      return client;
    },
    fetch: (pathname, init) => fetch(new URL(pathname, running.http), init),
    table,
    rows: <Row extends object>(name: string) => Array.fromAsync(table<Row>(name).scan()),
    bucket: (name) => createBucketClient(find("bucket", running.model.buckets, name).name, resources),
    publish: async (topic, data) => {
      const { name } = find("topic", running.model.topics, topic);
      return String(await resources.call(`topic:${name}`, "publish", { text: toText(data) }));
    },
    websocket: (name) => createWebSocketClient(api(name).name, resources),
    eventually: (attempt, options) => eventually(attempt, options?.timeoutMs),
    model: running.model,
    logs,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
