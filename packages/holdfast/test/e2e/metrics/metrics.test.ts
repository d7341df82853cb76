import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { eventually } from "../../../src/testing/eventually.ts";
import { hasPrometheus } from "../../setup/prometheus.ts";
import { readSamples, valueOf } from "../../support/metrics-text.ts";
import { startMeasured, type MeasuredApp } from "./measured-app.ts";

async function talk(app: MeasuredApp): Promise<void> {
  const client = await app.connect();
  for (const message of [{ action: "echo" }, { action: "join" }, { action: "fail" }, { action: "nowhere" }])
    client.send(message);
  // The echo, and what the gateway says of the last two; joining has no answer.
  for (let count = 0; count < 3; count += 1) await client.next();
  await client.close(4001);
}

describe("the metrics of an app", () => {
  test("tell what its sockets and handlers did, on a port of their own", async () => {
    await using app = await startMeasured();
    expect((await fetch(new URL("/metrics", app.local.http))).status).toBe(404);
    await expect(app.connect({})).rejects.toMatchObject({ status: 403 });
    (await app.connect()).send({ action: "join" });
    await talk(app);
    const api = { api: "chat", stage: "production" };
    const text = await eventually(async () => {
      const read = await app.read();
      expect(valueOf(read, "holdfast_connections_closed_total", { ...api, code: "4xxx" })).toBe(1);
      expect(valueOf(read, "holdfast_handler_invocations_total", { route: "join" })).toBe(2);
      return read;
    });
    const of = (name: string, labels: Readonly<Record<string, string>> = api) => valueOf(text, name, labels);
    expect(of("holdfast_connections_open")).toBe(1);
    expect(of("holdfast_connections_opened_total")).toBe(2);
    expect(of("holdfast_rooms")).toBe(1);
    expect(of("holdfast_messages_received_total")).toBe(5);
    expect(of("holdfast_messages_sent_total")).toBe(3);
    expect(of("holdfast_received_bytes_total")).toBe(
      ["join", "echo", "join", "fail", "nowhere"].reduce(
        (sum, action) => sum + JSON.stringify({ action }).length,
        0,
      ),
    );
    expect(of("holdfast_sent_bytes_total")).toBeGreaterThan(40);
    expect(of("holdfast_handshakes_refused_total", { status: "403" })).toBe(1);
    const ran = (route: string, outcome: string, event = "message") =>
      of("holdfast_handler_invocations_total", { event, api: "chat", route, outcome });
    expect([ran("echo", "returned"), ran("fail", "failed")]).toEqual([1, 1]);
    expect(ran("$connect", "returned", "connect")).toBe(3);
    expect(of("holdfast_handler_duration_seconds_count", { event: "message", route: "echo" })).toBe(1);
    expect(of("holdfast_execution_error_total", { route: "fail" })).toBe(1);
    expect(of("nodejs_eventloop_lag_p99_seconds", {})).toBeGreaterThan(0);
    expect(of("holdfast_state_disk_free_bytes", {})).toBeGreaterThan(0);
  });

  test("tell which routes HTTP requests took, by declared names alone", async () => {
    await using app = await startMeasured(true);
    for (const asked of ["/games/7", "/games/8", "/there/is/nothing", "/metrics"])
      await (await fetch(new URL(asked, app.local.http))).text();
    await fetch(new URL("/games/7", app.local.http), { method: "PURGE" });
    const text = await eventually(async () => {
      const read = await app.read();
      const counted = (labels: Readonly<Record<string, string>>) =>
        valueOf(read, "http_requests_total", labels);
      expect(counted({ method: "GET", route: "GET /games/{id}", status: "200" })).toBe(2);
      expect(counted({ method: "GET", route: "other", status: "404" })).toBe(1);
      expect(counted({ method: "other", route: "other", status: "404" })).toBe(1);
      return read;
    });
    expect(valueOf(text, "http_response_time_count", { route: "GET /games/{id}" })).toBe(2);
    expect(text).not.toMatch(/nothing|PURGE|games\/7/);
  });

  test("count how often its files were reloaded, and failed to be", async () => {
    await using app = await startMeasured(undefined, { watch: true });
    const file = path.join(app.folder, "app.ts");
    const reloads = async (outcome: string, count: number): Promise<void> => {
      await eventually(async () => {
        expect(valueOf(await app.read(), "holdfast_reloads_total", { outcome })).toBe(count);
      }, 10_000);
    };
    const text = await readFile(file, "utf8");
    await writeFile(file, `${text}// changed\n`);
    await reloads("applied", 1);
    await writeFile(file, "this is no app");
    await reloads("failed", 1);
  });

  test("are each app's own where two run in one process", async () => {
    await using one = await startMeasured();
    await using other = await startMeasured();
    await talk(one);
    const opened = async (app: MeasuredApp) => valueOf(await app.read(), "holdfast_connections_opened_total");
    expect([await opened(one), await opened(other)]).toEqual([1, 0]);
  });

  test("have labels of few values only: no ids, addresses or paths", async () => {
    await using app = await startMeasured();
    await talk(app);
    const labels = new Set(readSamples(await app.read()).flatMap(({ labels: of }) => Object.keys(of)));
    const own = "api api_id stage route method status code event outcome state le";
    const ofProcess = "kind space type version major minor patch";
    const known = new Set(`${own} ${ofProcess}`.split(" "));
    expect([...labels].filter((label) => !known.has(label))).toEqual([]);
  });

  test.skipIf(!hasPrometheus())("have names that promtool has nothing against", async () => {
    await using app = await startMeasured();
    await talk(app);
    await fetch(app.local.http);
    const input = await app.read();
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
      input,
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});
