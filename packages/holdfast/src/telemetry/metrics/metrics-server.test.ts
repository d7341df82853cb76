import { createServer, type AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { createMetrics } from "./metrics.ts";
import { startMetricsServer, type MetricsServer } from "./metrics-server.ts";

const host = "127.0.0.1";
const opened: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function start(port = 0): Promise<MetricsServer> {
  const metrics = await createMetrics({ clock: new ManualClock() });
  const server = await startMetricsServer({ metrics, host, port, log: silentLog });
  opened.push(server);
  return server;
}

const ask = ({ port }: MetricsServer, path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://${host}:${port}${path}`, init);

describe("the metrics' own port", () => {
  it("shows them at /metrics, to GET and to HEAD", async () => {
    const server = await start();
    const answer = await ask(server, "/metrics?name=x");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await answer.text()).toContain("# TYPE http_requests_total counter");
    const head = await ask(server, "/metrics", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(1000);
  });

  it.each([
    ["GET", "/"],
    ["GET", "/metrics/x"],
    ["POST", "/metrics"],
  ])("has nothing for %s %s", async (method, path) => {
    expect((await ask(await start(), path, { method })).status).toBe(404);
  });

  it("says so when something listens there already", async () => {
    const other = createServer().listen(0, host);
    opened.push({ close: () => void other.close() });
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(start(port)).rejects.toMatchObject({ code: "ADDRESS_IN_USE" });
  });

  it("ends with its sockets, those that are kept alive included", async () => {
    const server = await start();
    await (await ask(server, "/metrics")).text();
    await server.close();
    await expect(ask(server, "/metrics")).rejects.toThrow("fetch failed");
  });
});
