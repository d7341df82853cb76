import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { defaultServerConfiguration } from "../../model/server-configuration.ts";
import { loadOpenTelemetry } from "./open-telemetry.ts";
import { openTracer } from "./open-tracer.ts";

test("a receiver that takes forever does not keep the app from ending", async () => {
  const asked = Promise.withResolvers<void>();
  const server = createServer(() => asked.resolve());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  const clock = new ManualClock(1_000);
  const opened = await openTracer({
    configuration: { ...defaultServerConfiguration.traces, enabled: true, endpoint },
    appName: "app",
    stage: "test",
    closeMs: 700,
    clock,
    log: silentLog,
  });
  opened.tracer.start({ name: "one", kind: "server" }).end();
  const closing = opened.close();
  await asked.promise;
  clock.advance(700);
  expect(await closing).toBeUndefined();
  server.closeAllConnections();
  server.close();
});

test("without OpenTelemetry's libraries the error says what to install", async () => {
  const missing = loadOpenTelemetry(() => Promise.reject(new Error("Cannot find package")));
  await expect(missing).rejects.toMatchObject({
    code: "OPENTELEMETRY_MISSING",
    hint: expect.stringContaining("--include=optional"),
  });
});

test("nothing is registered globally", async () => {
  const { api } = await loadOpenTelemetry();
  const opened = await openTracer({
    configuration: { ...defaultServerConfiguration.traces, enabled: true },
    appName: "app",
    stage: "test",
    log: silentLog,
  });
  const span = api.trace.getTracer("someone else's").startSpan("one");
  expect(span.isRecording()).toBe(false);
  span.end();
  await opened.close();
});
