import { HoldfastError, toError } from "../../base/errors.ts";
import { describeClose } from "./close-codes.ts";
import { escapeControls } from "../output/escape-controls.ts";
import { displayUrl } from "./server-url.ts";
import type { Ending, Refusal } from "./transcript.ts";

/** Why no WebSocket could be opened, in words that say what to do. */
export function explainFailure(thrown: unknown, url: URL, timeoutMs: number): HoldfastError {
  const cause = toError(thrown);
  const { reason, hint } = explainCause(cause, url, timeoutMs);
  const message = `Cannot connect to ${displayUrl(url)}: ${reason}`;
  return new HoldfastError("CONNECT_FAILED", message, { cause, ...(hint !== undefined && { hint }) });
}

/** What the server answered instead of opening a WebSocket: status, the headers that matter, and the body. */
export function explainRefusal(refusal: Refusal, url: URL): HoldfastError {
  const { status, statusText, headers, body } = refusal;
  const headerLines = Object.entries(headers)
    .filter(([name]) => telling.test(name))
    .map(([name, value]) => `  ${name}: ${[value].flat().join(", ")}`);
  const text = body.trim();
  const shown = text.length > maxShownBody ? `${text.slice(0, maxShownBody)} …` : text;
  const bodyLines = shown === "" ? [] : shown.split(/\r?\n/).map((line) => `  ${line}`);
  const lines = [
    `${displayUrl(url)} refused the handshake: ${`${status} ${statusText}`.trim()}`,
    ...headerLines,
    ...(headerLines.length > 0 && bodyLines.length > 0 ? [""] : []),
    ...bodyLines,
  ];
  return new HoldfastError("HANDSHAKE_REFUSED", escapeControls(lines.join("\n")), {
    hint: refusalHint(refusal),
  });
}

/** A connection that was open and ended otherwise than with a goodbye. */
export function explainEnding(ending: Ending): HoldfastError {
  const what = ending.clean ? "The server closed the connection" : "The connection was lost";
  const cause = ending.error === undefined ? "" : `: ${ending.error.message}`;
  const message = escapeControls(`${what}: ${describeClose(ending.code, ending.reason)}${cause}`);
  return new HoldfastError("CLOSED_ABNORMALLY", message, {
    ...(ending.error !== undefined && { cause: ending.error }),
  });
}

interface Explanation {
  readonly reason: string;
  readonly hint?: string;
}

function explainCause(error: Error, url: URL, timeoutMs: number): Explanation {
  const code = errorCode(error);
  if (code.startsWith("ERR_TLS") || certificateCodes.has(code)) {
    const hint = "If you trust the server all the same, --insecure accepts any certificate.";
    return { reason: `its certificate is not trusted (${error.message})`, hint };
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL")) {
    return { reason: "it does not speak TLS there", hint: `Try ws:// instead of wss://.` };
  }
  if (code.startsWith("HPE_")) return { reason: "what listens there does not speak HTTP" };
  if (code === "ECONNREFUSED") {
    const hint = isLocal(url)
      ? "Start the app with `holdfast dev`, or see that the port is right."
      : undefined;
    return { reason: `nothing listens at ${url.host}`, ...(hint !== undefined && { hint }) };
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return {
      reason: `the host ${url.hostname} is not known`,
      hint: "See that the name is right and the network up.",
    };
  }
  if (code === "ETIMEDOUT" || error.message.includes("handshake has timed out")) {
    const hint = "See that the server is well and reachable; --timeout SECONDS waits longer.";
    return { reason: `no answer within ${timeoutMs / 1000} s`, hint };
  }
  if (code === "ECONNRESET") {
    const hint = url.protocol === "ws:" ? "If it speaks TLS, try wss:// instead of ws://." : undefined;
    return { reason: "the server hung up without an answer", ...(hint !== undefined && { hint }) };
  }
  if (error.message.includes("subprotocol")) {
    const hint = "See which subprotocols the server takes, and name one of them with --subprotocol, or none.";
    return { reason: error.message, hint };
  }
  return { reason: error.message };
}

/** With several addresses of one host (IPv4 and IPv6) each has an error of its own; the first stands for all. */
function errorCode(error: Error): string {
  const errors: unknown[] = [error, ...(error instanceof AggregateError ? error.errors : [])];
  for (const each of errors) {
    if (each instanceof Error && "code" in each && typeof each.code === "string") return each.code;
  }
  return "";
}

function refusalHint({ status, headers }: Refusal): string {
  if (status >= 300 && status < 400) return `It redirects to ${String(headers["location"])}: connect there.`;
  if (status === 401 || status === 403)
    return "Send what the server wants to see, such as a token, with --header.";
  if (status === 404) return "See that the path of the URL is right, the stage included.";
  if (status >= 500) return "The server's log says what went wrong.";
  if (status >= 200 && status < 300)
    return "A web page answers there: see that it is the URL of a WebSocket.";
  return "See what the answer says.";
}

function isLocal(url: URL): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
}

/** Headers that say why, or help whoever runs the server to find the request in a log. */
const telling =
  /^(?:content-type|location|www-authenticate|retry-after|server|via|sec-websocket-.*|x-amzn-.*|x-amz-.*|x-request-id|x-ratelimit-.*)$/;
const maxShownBody = 4_000;

const certificateCodes: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "HOSTNAME_MISMATCH",
]);
