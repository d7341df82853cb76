import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

import { systemClock, type Clock } from "../../../src/base/clock.ts";
import { memoryLog } from "../../../src/base/log.ts";
import type { AppModel } from "../../../src/model/app-model.ts";
import type { AwsServiceAnswer, AwsServiceRequest } from "../../../src/ports/aws-services.ts";
import type { BucketStore } from "../../../src/ports/bucket-store.ts";
import { createS3Face } from "../../../src/services/s3/s3-face.ts";
import { openFileBucketStore } from "../../../src/stores/files/bucket-store.ts";

export interface S3Server {
  readonly url: string;
  readonly port: number;
  readonly store: BucketStore;
}

export const bucketNames = ["files", "other", "site"];

/** S3's face over files, on a port of its own. Whoever asks is let in: who may is another's business. */
export async function startS3(clock: Clock = systemClock): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  const store = await openFileBucketStore({ folder, log: memoryLog(), clock });
  await store.define(bucketNames);
  const model = { buckets: bucketNames.map((name) => ({ name, notifications: [], retain: false })) };
  const face = createS3Face({
    buckets: store,
    model: () => model as unknown as AppModel,
    accountId: "000000000000",
    clock,
    website: (name) =>
      name === "site" ? { indexDocument: "index.html", errorDocument: "error.html" } : undefined,
  });
  const server = createServer((request, response) => {
    buffer(request)
      .then((body) => face.answer(toServiceRequest(request, body)))
      .then((answer) => write(request, response, answer))
      .catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  return { url: `http://127.0.0.1:${port}`, port, store };
}

function toServiceRequest(request: IncomingMessage, body: Uint8Array): AwsServiceRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return {
    service: "s3",
    region: "eu-west-1",
    method: request.method ?? "",
    host: (request.headers.host ?? "").replace(/:\d+$/, ""),
    target: request.url ?? "",
    headers: Object.fromEntries(headers) as Record<string, string>,
    body,
    requestId: randomUUID(),
    caller: {},
  };
}

function write(request: IncomingMessage, response: ServerResponse, answer: AwsServiceAnswer): void {
  const hasBody = request.method !== "HEAD" && ![204, 304].includes(answer.status);
  response.writeHead(answer.status, {
    ...(hasBody && { "content-length": Buffer.byteLength(answer.body) }),
    ...answer.headers,
  });
  response.end(hasBody ? answer.body : undefined);
}
