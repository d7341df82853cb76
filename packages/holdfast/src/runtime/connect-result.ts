import { isRecord } from "../base/is-record.ts";
import { HoldfastError } from "../base/errors.ts";
import { toText } from "./websocket-client.ts";

/** What a connect handler returned, as the proxy response that it stands for. Throws `HANDLER_RESULT_INVALID`. */
export function readConnectResult(result: unknown): object {
  if (!isRecord(result)) {
    throw invalid(`returned ${Array.isArray(result) ? "an array" : `a ${typeof result}`}`);
  }
  const { status = 200, body, protocol, attributes, close, headers, ...rest } = result;
  const unknownNames = Object.keys(rest);
  if (unknownNames.length > 0) throw invalid(`returned an object with "${unknownNames.join('", "')}"`);
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599)
    throw invalid(`returned status ${String(status)}, which is not one from 200 to 599`);
  if (body !== undefined && typeof body !== "string") throw invalid("returned a body that is not text");
  if (protocol !== undefined && typeof protocol !== "string")
    throw invalid("returned a protocol that is not text");
  if (attributes !== undefined) checkAttributes(attributes);
  if (status > 299 && (close ?? headers) !== undefined)
    throw invalid(
      `returned status ${status}, which refuses, together with what only an accepted connection has`,
    );
  return {
    statusCode: status,
    ...(body !== undefined && { body }),
    ...(protocol !== undefined && { headers: { "Sec-WebSocket-Protocol": protocol } }),
    ...(attributes !== undefined && { attributes }),
    ...(close !== undefined && { close: readClose(close) }),
    ...(headers !== undefined && { handshakeHeaders: readHeaders(headers) }),
  };
}

function readClose(close: unknown): object {
  if (!isRecord(close) || typeof close.code !== "number")
    throw invalid("returned a close that is no object with a code");
  const { code, reason } = close;
  if (reason !== undefined && typeof reason !== "string")
    throw invalid("returned a close with a reason that is not text");
  return { code, ...(reason !== undefined && { reason }) };
}

function readHeaders(headers: unknown): object {
  const isText = (value: unknown): boolean => typeof value === "string";
  const valid =
    isRecord(headers) &&
    Object.values(headers).every((value) => (Array.isArray(value) ? value.every(isText) : isText(value)));
  if (!valid) throw invalid("returned headers that are no object of texts");
  return headers;
}

/** They travel with every event of the connection. */
const maximumAttributesBytes = 32_768;

function checkAttributes(attributes: unknown): void {
  if (!isRecord(attributes)) throw invalid("returned attributes that are not an object");
  const bytes = Buffer.byteLength(toText(attributes));
  if (bytes > maximumAttributesBytes)
    throw invalid(`returned attributes of ${bytes} bytes of JSON; ${maximumAttributesBytes} are allowed`);
}

function invalid(what: string): HoldfastError {
  return new HoldfastError("HANDLER_RESULT_INVALID", `The connect handler ${what}`, {
    hint: "Return nothing, or { status, body, protocol, attributes, close, headers }, each of them optional.",
  });
}
