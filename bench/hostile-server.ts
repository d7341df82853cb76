/** The server that `hostile-clients.ts` measures: a gateway behind a listener with an operator's limits. Runs as its child. */
import { readdirSync } from "node:fs";
import { systemClock } from "../packages/holdfast/src/base/clock.ts";
import { silentLog } from "../packages/holdfast/src/base/log.ts";
import { createGateway } from "../packages/holdfast/src/gateway/engine.ts";
import { createHttpHandler } from "../packages/holdfast/src/gateway/http-routes.ts";
import { startListener } from "../packages/holdfast/src/gateway/listener.ts";
import { readListenerLimits } from "../packages/holdfast/src/gateway/listener-limits.ts";
import { MemoryInvoker } from "../packages/holdfast/src/host/memory-invoker.ts";
import { defaultLimits } from "../packages/holdfast/src/model/defaults.ts";
import { defaultServerConfiguration } from "../packages/holdfast/src/model/server-configuration.ts";
import { makeApi, makeRoute } from "../packages/holdfast/test/e2e/gateway/rig.ts";

const invoker = new MemoryInvoker({
  $default: (event) => ({ statusCode: 200, body: event.kind === "message" ? event.body : "" }),
  "POST /upload": () => ({ statusCode: 200, body: "taken" }),
});
const listener = await startListener({
  host: "127.0.0.1",
  port: 0,
  mounts: [],
  http: createHttpHandler({
    routes: [{ method: "POST", path: "/upload", function: "POST /upload" }],
    invoker,
    clock: systemClock,
    log: silentLog,
    next: (_request, response) => response.writeHead(404).end(),
  }),
  clock: systemClock,
  log: silentLog,
  proxies: { trusted: ["127.0.0.2"], protocol: true },
  limits: readListenerLimits({
    ...defaultServerConfiguration.limits,
    connectionsPerAddress: 200,
    handshakesPerSecondPerAddress: 100,
    messagesPerSecondPerConnection: 100,
    outboxBytes: 1024 * 1024,
  }),
});
const gateway = createGateway({
  api: makeApi([makeRoute("$default", { responds: true })], { limits: defaultLimits }),
  apiId: "a1b2c3",
  stage: "dev",
  domainName: `localhost:${listener.port}`,
  node: 0,
  invoker,
  clock: systemClock,
  log: silentLog,
});
listener.setMounts([{ gateway, kind: "stage", path: "/dev" }]);

process.on("message", () =>
  process.send?.({
    megabytes: Math.round(process.memoryUsage().rss / 1024 / 1024),
    files: readdirSync("/proc/self/fd").length,
    cpuMs: process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000,
  }),
);
process.once("disconnect", () => process.exit());
process.send?.({ port: listener.port });
