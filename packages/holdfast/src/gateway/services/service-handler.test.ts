import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { createServiceHandler } from "./service-handler.ts";

const opened: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) server.closeAllConnections();
});

test("until there is an app, SDKs are told to come again", async () => {
  let isReady = false;
  const handler = createServiceHandler({
    services: { answer: async () => ({ status: 200, headers: {}, body: "{}" }) },
    isHosted: () => true,
    access: { mode: "well-formed" },
    accountId: "000000000000",
    bodyBytes: () => 1024,
    bodyBytesInFlight: 1024,
    isReady: () => isReady,
    clock: systemClock,
    log: silentLog,
  });
  const server = createServer((request, response) => void handler(request, response));
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const ask = () =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      method: "POST",
      headers: {
        "x-amz-target": "DynamoDB_20120810.ListTables",
        "x-amz-date": "20260101T000000Z",
        authorization: `AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
      },
      body: "{}",
    });
  const early = await ask();
  expect([early.status, await early.json()]).toEqual([
    503,
    expect.objectContaining({ message: "The app is starting" }),
  ]);
  isReady = true;
  expect((await ask()).status).toBe(200);
});
