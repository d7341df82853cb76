import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

import { systemClock } from "../../../src/base/clock.ts";
import type { Queue } from "../../../src/model/aws-resources.ts";
import type { AwsServiceRequest } from "../../../src/ports/aws-services.ts";
import type { QueueStore } from "../../../src/ports/queue-store.ts";
import { createSqsFace } from "../../../src/services/sqs/sqs-face.ts";
import { createMemoryQueueStore } from "../../../src/stores/memory/queue-store.ts";
import { fifo, queue } from "../queue-store-fixture.ts";

export const accountId = "000000000000";

export const declaredQueues: readonly Queue[] = [
  queue("jobs", { deadLetter: { queue: "dead", maximumReceives: 2 } }),
  queue("small", { maximumMessageBytes: 1_024 }),
  queue("dead"),
  fifo("jobs.fifo"),
  fifo("by-id.fifo", { contentBasedDeduplication: false }),
];

export interface SqsServer {
  readonly endpoint: string;
  readonly store: QueueStore;
  close(): Promise<void>;
}

/** The face behind a real HTTP server. Signatures are not looked at. */
export async function startSqsServer(): Promise<SqsServer> {
  const store = createMemoryQueueStore({ clock: systemClock });
  await store.define(declaredQueues);
  const face = createSqsFace({
    queues: store,
    declared: () => declaredQueues,
    accountId,
    clock: systemClock,
  });
  const server = createServer((request, response) => {
    void toServiceRequest(request)
      .then((one) => face.answer(one))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    async close() {
      await store.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function toServiceRequest(request: IncomingMessage): Promise<AwsServiceRequest> {
  return {
    service: "sqs",
    region: "us-east-1",
    method: request.method ?? "",
    host: (request.headers.host ?? "").replace(/:\d+$/, ""),
    target: request.url ?? "",
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: await buffer(request),
    requestId: randomUUID(),
    caller: { accessKeyId: "AKIATEST" },
  };
}
