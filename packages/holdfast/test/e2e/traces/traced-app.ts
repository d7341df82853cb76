import path from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { memoryLog, type LogEntry } from "../../../src/base/log.ts";
import { chooseApp } from "../../../src/frontends/choose.ts";
import {
  defaultServerConfiguration,
  type TracesConfiguration,
} from "../../../src/model/server-configuration.ts";
import { startLocal } from "../../../src/targets/local/start-local.ts";
import { openTracer } from "../../../src/telemetry/traces/open-tracer.ts";
import { connectTestClient, type ConnectOptions, type TestClient } from "../../../src/testing/test-client.ts";
import { makeFolder, removeFolder } from "../../support/holdfast.ts";

export interface TracedApp extends AsyncDisposable {
  readonly http: string;
  readonly logs: readonly LogEntry[];
  connect(options?: ConnectOptions): Promise<TestClient>;
  /** Ends the app, then sends what waits. */
  stop(): Promise<void>;
}

type Traces = Pick<TracesConfiguration, "endpoint"> & Partial<TracesConfiguration>;

/** An app of these files, the first of which is its own, that sends its traces to `endpoint`. */
export async function startTracedApp(
  files: Readonly<Record<string, string>>,
  traces: Traces,
): Promise<TracedApp> {
  const folder = await makeFolder(files);
  const app = await startTracedFile(path.join(folder, Object.keys(files)[0] ?? ""), traces);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= app.stop().then(() => removeFolder(folder)));
  return { ...app, stop, [Symbol.asyncDispose]: stop };
}

/** Spans leave soon, so that tests need not wait. */
export async function startTracedFile(
  file: string,
  traces: Traces,
  environment: Readonly<Record<string, string>> = {},
): Promise<TracedApp> {
  const log = memoryLog();
  const configuration = {
    ...defaultServerConfiguration.traces,
    enabled: true,
    flushIntervalMs: 20,
    ...traces,
  };
  const tracing = await openTracer({ configuration, appName: "traced", stage: "test", closeMs: 1_000, log });
  const chosen = await chooseApp(file, path.dirname(file));
  const app = await startLocal({
    appDir: chosen.appDir,
    stateDir: path.join(path.dirname(file), ".holdfast"),
    stage: "test",
    reset: false,
    host: "localhost",
    port: 0,
    watch: false,
    clock: systemClock,
    log,
    environment: { ...process.env, AWS_REGION: "eu-west-1", ...environment },
    openFrontend: chosen.open,
    evaluates: chosen.evaluates,
    tracer: tracing.tracer,
  });
  const clients: TestClient[] = [];
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    for (const client of clients) client.terminate();
    await app.stop();
    await tracing.close();
  };
  return {
    http: app.http,
    logs: log.entries,
    async connect(options = {}) {
      const client = await connectTestClient(app.websockets[0]?.url ?? "", options);
      clients.push(client);
      return client;
    },
    stop: () => (stopping ??= stop()),
    [Symbol.asyncDispose]: () => (stopping ??= stop()),
  };
}
