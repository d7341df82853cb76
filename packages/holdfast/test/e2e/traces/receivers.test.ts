import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { eventually } from "../../../src/testing/eventually.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";
import { startTracedApp } from "./traced-app.ts";

const files = {
  "app.ts": `import { App } from "holdfast";
const app = new App("echo");
export default app;
app.websocket("chat").on("echo", ({ traceparent }) => ({ traceparent }));
`,
};

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("what the sampler leaves out is not sent, and functions hear that", async () => {
  await using receiver = await startOtlpReceiver();
  await using app = await startTracedApp(files, {
    endpoint: receiver.endpoint,
    sampler: { type: "const", parameter: 0 },
  });
  const client = await app.connect();
  client.send({ action: "echo" });
  expect(await client.nextJson()).toEqual({
    traceparent: expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-00$/),
  });
  await app.stop();
  expect(receiver.spans).toEqual([]);
  expect(receiver.headers).toEqual([]);
});

test("a receiver that is not there harms nothing, and is said once", async () => {
  const endpoint = `http://127.0.0.1:${await unusedPort()}/v1/traces`;
  await using app = await startTracedApp(files, { endpoint, bufferSpans: 4 });
  const client = await app.connect();
  for (let turn = 0; turn < 20; turn += 1) {
    client.send({ action: "echo" });
    await client.next();
  }
  // A few spans only may wait, and nobody takes them.
  const dropped = await eventually(() => {
    const found = app.logs.filter(({ event }) => event === "traces.dropped");
    expect(found).not.toEqual([]);
    return found;
  });
  expect(dropped).toHaveLength(1);
  expect(dropped[0]?.fields).toMatchObject({
    spans: 1,
    message: expect.stringContaining("4 waited already"),
  });
  await app.stop();
  expect(app.logs.filter(({ level }) => level === "error")).toEqual([]);
});

test("what waits is sent when the app ends", async () => {
  await using receiver = await startOtlpReceiver();
  await using app = await startTracedApp(files, { endpoint: receiver.endpoint, flushIntervalMs: 3_600_000 });
  const client = await app.connect();
  client.send({ action: "echo" });
  await client.next();
  expect(receiver.spans).toEqual([]);
  await app.stop();
  expect(receiver.spans.map(({ name }) => name)).toContain("message echo");
});
