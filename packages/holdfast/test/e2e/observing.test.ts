import { afterEach, expect, test } from "vitest";
import {
  makeFolder,
  openClient,
  removeFolder,
  runHoldfast,
  startDev,
  type DevProcess,
} from "../support/holdfast.ts";

const app = (options: string): string => `import { App } from "holdfast";
const app = new App("watched");
export default app;
const ws = app.websocket("chat", { ${options} });
ws.on("echo", ({ body }) => body);
ws.onMessage(({ event }) => ({ encoded: event.isBase64Encoded, length: Buffer.from(event.body, "base64").length }));
`;

let folder: string | undefined;
let dev: DevProcess | undefined;

afterEach(async () => {
  await dev?.stop();
  if (folder !== undefined) await removeFolder(folder);
  dev = undefined;
  folder = undefined;
});

test("holdfast dev writes the access log that an app asks for, shows metrics when told to, and takes binary messages where allowed", async () => {
  const accessLog = "$context.eventType $context.routeKey $context.status $context.connectionId";
  folder = await makeFolder({ "app.ts": app(`accessLog: ${JSON.stringify(accessLog)}, binary: "allow"`) });
  dev = await startDev(folder, "--metrics");
  const client = await openClient(dev.url);
  client.socket.send('{"action":"echo"}');
  await client.next();
  client.socket.send(Buffer.from([0, 255, 1]));
  expect(JSON.parse(await client.next())).toEqual({ encoded: true, length: 3 });
  client.socket.close();
  await dev.line(({ event, message }) => event === "access" && String(message).startsWith("DISCONNECT"));
  const lines = dev.lines.filter(({ event }) => event === "access").map(({ message }) => String(message));
  const id = lines[0]?.split(" ").at(-1);
  expect(lines).toEqual([
    `CONNECT $connect 200 ${id}`,
    `MESSAGE echo 200 ${id}`,
    `MESSAGE $default 200 ${id}`,
    `DISCONNECT $disconnect 200 ${id}`,
  ]);
  const metrics = await (await fetch(new URL("/metrics", dev.ready.http))).text();
  expect(metrics).toMatch(/^holdfast_message_count_total\{api_id="\w+",stage="dev",route="echo"\} 1$/m);
});

test("a format that cannot be read is shown with its place before anything starts", async () => {
  folder = await makeFolder({ "app.ts": app('accessLog: "id $requestId"') });
  const { code, stdout, stderr } = await runHoldfast(["inspect"], folder);
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("ACCESS_LOG_FORMAT_INVALID");
  expect(stdout + stderr).toContain('"$requestId" at character 4');
});
