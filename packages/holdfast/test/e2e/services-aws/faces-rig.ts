import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { readServiceAddress } from "../../../src/model/aws-service-address.ts";
import type { AwsServiceRequest } from "../../../src/ports/aws-services.ts";
import { createAwsServices } from "../../../src/services/aws-services.ts";
import type { ServiceFace } from "../../../src/services/service-face.ts";

export interface FacesRig extends AsyncDisposable {
  /** What SDKs are given. */
  readonly endpoint: string;
}

/** Faces behind a real port, without the rest of an app. */
export async function serveFaces(faces: readonly ServiceFace[]): Promise<FacesRig> {
  const services = createAwsServices(faces);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      void services.answer(toServiceRequest(request, Buffer.concat(chunks))).then((answer) => {
        response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toServiceRequest(request: IncomingMessage, body: Uint8Array): AwsServiceRequest {
  const { headers, method = "GET", url: target = "/" } = request;
  const { host = "", authorization } = headers;
  const address = readServiceAddress({ host, authorization, target });
  return {
    service: address?.service ?? "none",
    region: address?.region ?? "none",
    method,
    host,
    target,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]),
    ),
    body,
    requestId: randomUUID(),
    caller: {},
  };
}
