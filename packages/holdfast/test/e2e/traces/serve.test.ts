import { expect, test } from "vitest";
import { makeFolder, openClient, removeFolder, startServe } from "../../support/holdfast.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";

const app = `import { App } from "holdfast";
const app = new App("traced");
export default app;
const ws = app.websocket();
ws.onMessage(({ text }) => text);
ws.onDisconnect(() => {});
`;

test("a server sends its traces under the app's name, those of its last $disconnects included", async () => {
  await using receiver = await startOtlpReceiver();
  const folder = await makeFolder({
    "app.ts": app,
    "holdfast.yaml": `traces:\n  enabled: true\n  endpoint: ${receiver.endpoint}\n  headers: { api-key: secret }\n`,
  });
  try {
    const server = await startServe(
      folder,
      "--set",
      "drain.windowMs=0",
      "--set",
      "traces.flushIntervalMs=100ms",
    );
    const client = await openClient(server.url);
    client.socket.send("hello");
    expect(await client.next()).toBe("hello");
    const message = await receiver.span("message $default");
    expect(message.resource).toMatchObject({
      "service.name": "traced",
      "deployment.environment.name": "production",
    });
    expect(await server.stop("SIGTERM")).toBe(0);
    expect(receiver.spans.map(({ name }) => name)).toContain("disconnect");
    expect(receiver.headers[0]).toMatchObject({ "api-key": "secret" });
  } finally {
    await removeFolder(folder);
  }
});
