import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { HeaderPair } from "../../model/gateway-event.ts";
import { headerPairs } from "../header-pairs.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
}

const agentOptions = {
  keepAlive: true,
  // What has not been used for so long is closed.
  keepAliveMsecs: 5000,
  timeout: 60_000,
  /** To one backend; more requests wait, within the time that each has. */
  maxSockets: 256,
  maxFreeSockets: 16,
};

/** The longest answer taken, in bytes: API Gateway's quota for payloads. */
const maximumResponseBytes = 10 * 1024 * 1024;

/** Requests to HTTP backends over connections that are kept. Redirects are not followed: they are answers. */
export class HttpExchange {
  readonly #http = new HttpAgent(agentOptions);
  readonly #https = new HttpsAgent(agentOptions);

  /** Rejects when the backend cannot be reached, answers too much, or when the signal aborts. */
  async send({ method, url, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const isSecure = url.protocol === "https:";
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options = {
      method,
      agent: isSecure ? this.#https : this.#http,
      signal,
      headers: groupHeaders(headers),
    };
    const request = isSecure ? requestHttps(url, options) : requestHttp(url, options);
    request.on("response", resolve);
    request.on("error", reject);
    // A backend that answers with an upgrade is cut off without a response or an error.
    request.on("close", () => reject(new Error("The backend closed the connection without an answer")));
    request.end(body);
    const response = await promise;
    return {
      status: response.statusCode ?? 0,
      headers: headerPairs(response.rawHeaders),
      body: await readAll(response),
    };
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximumResponseBytes)
      throw new Error(`The answer is longer than ${maximumResponseBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Of a repeated header all values; of one that differs in capitals only, the first spelling. */
function groupHeaders(headers: readonly HeaderPair[]): Record<string, string | string[]> {
  const groups = Map.groupBy(headers, ([name]) => name.toLowerCase());
  return Object.fromEntries(
    [...groups.values()].map((group) => {
      const values = group.map(([, value]) => value);
      return [group[0]?.[0] ?? "", values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}
