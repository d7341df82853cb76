import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import type { Table } from "../../../src/model/app-model.ts";
import { createDynamoDbFace } from "../../../src/services/dynamodb/dynamodb-face.ts";
import { createMemoryTableStore } from "../../../src/stores/memory/table-store.ts";
import { sampleModel } from "../../model/sample-model.ts";

/** The face on a port of its own, for SDKs to talk to. */
export async function serveDynamoDb(
  tables: readonly Table[],
): Promise<{ readonly endpoint: string; readonly close: () => Promise<void> }> {
  const model = { ...sampleModel, tables };
  const store = createMemoryTableStore({ clock: systemClock, log: silentLog });
  await store.define(tables);
  const face = createDynamoDbFace({ tables: store, model: () => model, clock: systemClock });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, headers, body } = await face.answer({
      service: "dynamodb",
      region: "eu-west-1",
      method: request.method ?? "",
      host: "localhost",
      target: request.url ?? "",
      headers: singleHeaders(request.headers),
      body: await buffer(request),
      requestId: "request-1",
      caller: {},
    });
    response.writeHead(status, headers).end(body);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await store.close();
    },
  };
}

function singleHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}
