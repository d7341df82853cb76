import path from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { memoryLog } from "../../../src/base/log.ts";
import { chooseApp } from "../../../src/frontends/choose.ts";
import type { MetricsPlace } from "../../../src/targets/local/metrics.ts";
import { startLocal, type LocalApp } from "../../../src/targets/local/start-local.ts";
import { connectTestClient, type TestClient } from "../../../src/testing/test-client.ts";
import { makeFolder, removeFolder } from "../../support/holdfast.ts";

const source = `import { App } from "holdfast";
const app = new App("measured");
export default app;
const ws = app.websocket("chat");
ws.onConnect(({ query }) => (query.get("name") === null ? { status: 403 } : undefined));
ws.on("echo", ({ text }) => text);
ws.on("join", ({ connectionId }) => ws.room("lobby").join(connectionId));
ws.on("fail", () => { throw new Error("on purpose"); });
app.http.get("/games/{id}", (_request, { params }) => new Response(params.id));
`;

export interface MeasuredApp extends AsyncDisposable {
  readonly local: LocalApp;
  readonly folder: string;
  connect(query?: Readonly<Record<string, string>>): Promise<TestClient>;
  /** What stands at the metrics' URL now. */
  read(): Promise<string>;
}

/** An app that runs as `serve` runs it, with its metrics on a port of their own unless said. */
export async function startMeasured(
  metrics: MetricsPlace = { host: "127.0.0.1", port: 0 },
  options: { readonly watch?: boolean } = {},
): Promise<MeasuredApp> {
  const folder = await makeFolder({ "app.ts": source });
  const chosen = await chooseApp(undefined, folder);
  const local = await startLocal({
    appDir: chosen.appDir,
    stateDir: path.join(folder, ".holdfast"),
    stage: "production",
    reset: false,
    host: "localhost",
    port: 0,
    watch: options.watch ?? false,
    metrics,
    clock: systemClock,
    log: memoryLog(),
    environment: process.env,
    openFrontend: chosen.open,
    evaluates: chosen.evaluates,
  });
  const clients: TestClient[] = [];
  return {
    local,
    folder,
    async connect(query = { name: "Ann" }) {
      const client = await connectTestClient(local.websockets[0]?.url ?? "", { query });
      clients.push(client);
      return client;
    },
    read: async () => (await fetch(local.metricsUrl ?? new URL("/metrics", local.http))).text(),
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.terminate();
      await local.stop();
      await removeFolder(folder);
    },
  };
}
