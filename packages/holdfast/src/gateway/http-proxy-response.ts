import type { ServerResponse } from "node:http";
import { toError } from "../base/errors.ts";
import type { ProxyResponse } from "../model/gateway-event.ts";

/**
 * Writes what a function answered, repeated headers repeated. Returns what is wrong with an answer that cannot be
 * written; the response is then untouched.
 */
export function writeProxyResponse(
  response: ServerResponse,
  proxyResponse: ProxyResponse,
): string | undefined {
  const { statusCode, headers, body = "", isBase64Encoded } = proxyResponse;
  if (statusCode < 200) return `status ${statusCode} cannot end a request`;
  try {
    for (const [name, value] of headers)
      if (!connectionHeaders.has(name.toLowerCase())) response.appendHeader(name, value);
  } catch (error) {
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    return toError(error).message;
  }
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  if (statusCode !== 204 && statusCode !== 304) response.setHeader("content-length", bytes.length);
  if (bytes.length > 0 && !response.hasHeader("content-type"))
    response.setHeader("content-type", "text/plain; charset=utf-8");
  response.writeHead(statusCode);
  response.end(bytes);
  return undefined;
}

/** They concern one connection, which is the server's; and the length is counted here. */
const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
