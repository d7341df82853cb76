import { Sha256 } from "@aws-crypto/sha256-js";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { SignatureV4 } from "@smithy/signature-v4";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isElsewhere, type Place } from "./place.ts";

/** An answer as it came. */
export interface HttpAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

interface Call {
  readonly method?: string;
  /** Name and value in turn, so that a name may come twice. */
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
}

/** One request on a connection of its own. */
export function callHttp(
  url: string,
  { method = "GET", headers = [], body }: Call = {},
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const target = new URL(url.replace(/^ws/, "http"));
  const send = target.protocol === "https:" ? requestHttps : requestHttp;
  const request = send(target, {
    method,
    agent: false,
    headers: ["Host", target.host, ...headers, ...(body === undefined ? [] : lengthOf(body))],
  });
  request.on("error", reject);
  request.on("response", (response) => {
    readBody(response).then((text) => resolve(toAnswer(response, text)), reject);
  });
  request.on("upgrade", (response, socket) => {
    socket.destroy();
    resolve(toAnswer(response, ""));
  });
  request.end(body);
  return promise;
}

function lengthOf(body: string | Uint8Array): string[] {
  return ["Content-Length", String(Buffer.byteLength(body))];
}

async function readBody(response: IncomingMessage): Promise<string> {
  return Buffer.concat((await Array.fromAsync(response)) as Buffer[]).toString();
}

function toAnswer(response: IncomingMessage, body: string): HttpAnswer {
  const { rawHeaders, statusCode = 0 } = response;
  const pairs = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1] ?? ""] as const] : [],
  );
  return { status: statusCode, headers: new Map(pairs), body };
}

/** The answer to a handshake, whether it opens a connection or not. */
export function shakeHands(url: string, headers: readonly string[] = []): Promise<HttpAnswer> {
  const own = ["Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13"];
  return callHttp(url, { headers: [...own, "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", ...headers] });
}

/** The SDK's client. On Holdfast any credentials will do; elsewhere they are those of the surroundings. */
export function managementClient({
  endpoint,
  region,
}: Pick<Place, "region"> & { readonly endpoint: string | undefined }): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({
    ...(endpoint !== undefined && { endpoint }),
    region,
    maxAttempts: 1,
    ...(!isElsewhere && { credentials: { accessKeyId: "any", secretAccessKey: "any" } }),
  });
}

/** A signed call of `@connections`, so that its answer can be seen as it is. */
export async function callConnections(
  place: Place,
  method: string,
  id: string,
  options: { readonly body?: string | Uint8Array; readonly endpoint?: string } = {},
): Promise<HttpAnswer> {
  const { endpoint = place.endpoint, body } = options;
  const url = new URL(`${endpoint}/@connections/${encodeURIComponent(id)}`);
  using client = { api: managementClient(place), [Symbol.dispose]: () => client.api.destroy() };
  const signer = new SignatureV4({
    service: "execute-api",
    region: place.region,
    credentials: client.api.config.credentials,
    sha256: Sha256,
  });
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host },
    ...(body !== undefined && { body }),
  });
  const headers = Object.entries(signed.headers).filter(([name]) => name !== "host");
  return callHttp(url.href, { method, headers: headers.flat(), ...(body !== undefined && { body }) });
}
