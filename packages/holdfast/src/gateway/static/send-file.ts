import type { ReadStream, Stats } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { contentType } from "mime-types";
import send from "send";
import { chooseEncoding, isCompressible, type Compressor, type Encoding } from "./compression.ts";
import { versionOf, type FoundFile } from "./find-file.ts";

export interface FileAnswer {
  readonly file: FoundFile;
  /** The name that the site gives it, which says its type; a link's target may be named otherwise. */
  readonly name: string;
  readonly status: 200 | 404;
  /** Without quotes. */
  readonly etag: string;
  readonly cacheControl: string;
}

export interface SendContext {
  readonly compressor: Compressor;
  /** The file is gone; nothing has been answered. */
  readonly onMissing: () => void;
  /** The file cannot be read; nothing has been answered, or the response has been destroyed. */
  readonly onFault: (error: unknown) => void;
}

/** Answers with a file: whole, a range of it, or that it has not changed. Only for GET and HEAD. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  answer: FileAnswer,
  context: SendContext,
): Promise<void> {
  const { file, name, status, cacheControl } = answer;
  if (status !== 200) dropConditions(request);
  const type = contentType(path.extname(name)) || "application/octet-stream";
  const mayCompress = isCompressible(type, file);
  const encoding = mayCompress && isPlainRequest(request) ? encodingFor(request) : undefined;
  const compressed = encoding && (await context.compressor.compress(file, encoding));
  response.statusCode = status;
  response.setHeader("content-type", type);
  response.setHeader("cache-control", cacheControl);
  response.setHeader("last-modified", new Date(file.modifiedMs).toUTCString());
  if (mayCompress) response.setHeader("vary", "Accept-Encoding");
  if (encoding === undefined || compressed === undefined) sendOriginal(request, response, answer, context);
  else sendCompressed(request, response, answer, encoding, compressed);
}

const conditions = [
  "range",
  "if-range",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
] as const;

/** A page in place of what is not there is no part of anything, and never unchanged. */
function dropConditions({ headers }: IncomingMessage): void {
  for (const condition of conditions) delete headers[condition];
}

/** One that asks for all of the file, whatever it was before. */
function isPlainRequest({ headers }: IncomingMessage): boolean {
  return (
    headers.range === undefined &&
    headers["if-match"] === undefined &&
    headers["if-unmodified-since"] === undefined
  );
}

function encodingFor({ headers }: IncomingMessage): Encoding | undefined {
  const accepted = headers["accept-encoding"];
  return chooseEncoding(typeof accepted === "string" ? accepted : undefined);
}

function sendCompressed(
  request: IncomingMessage,
  response: ServerResponse,
  { file, status, etag: plainTag }: FileAnswer,
  encoding: Encoding,
  bytes: Buffer,
): void {
  // Of its own for each coding: a range of one is none of the other. Weak: another zlib may write other bytes.
  const etag = `"${plainTag}-${encoding}"`;
  response.setHeader("etag", `W/${etag}`);
  if (status === 200 && isUnchanged(request, etag, file)) {
    response.removeHeader("content-type");
    response.writeHead(304).end();
    return;
  }
  response.writeHead(status, { "content-encoding": encoding, "content-length": bytes.length });
  if (request.method === "HEAD") response.end();
  else response.end(bytes);
}

function isUnchanged({ headers }: IncomingMessage, etag: string, { modifiedMs }: FoundFile): boolean {
  const known = headers["if-none-match"];
  if (known !== undefined) {
    return known.split(",").some((text) => ["*", etag, `W/${etag}`].includes(text.trim()));
  }
  const since = Date.parse(headers["if-modified-since"] ?? "");
  return Math.floor(modifiedMs / 1000) * 1000 <= since;
}

function sendOriginal(
  request: IncomingMessage,
  response: ServerResponse,
  { file, etag }: FileAnswer,
  context: SendContext,
): void {
  const { range } = request.headers;
  const mayRange = range !== undefined && request.method === "GET";
  const usable = mayRange ? readRange(range, file.size) : undefined;
  if (usable === undefined) delete request.headers.range;
  else request.headers.range = usable;
  response.setHeader("etag", `"${etag}"`);
  const options = { dotfiles: "allow", index: false, cacheControl: false } as const;
  const sending = send(request, encodeURIComponent(file.path), options);
  sending.on("headers", (_response: ServerResponse, _path: string, stats: Stats) => {
    // It changed since it was looked up, so what was known of it is not true of these bytes.
    if (versionOf(stats) === file.version) return;
    response.setHeader("cache-control", "no-store");
    response.removeHeader("etag");
    response.removeHeader("last-modified");
  });
  sending.on("stream", (stream: ReadStream) => endWithFile(stream, response));
  sending.on("error", (error: Error & { readonly status?: number }) => answerError(response, error, context));
  sending.pipe(response);
}

/** A file that became shorter leaves the client waiting for the rest, unless the connection ends with it. */
function endWithFile(stream: ReadStream, response: ServerResponse): void {
  stream.once("end", () => {
    if (stream.bytesRead < Number(response.getHeader("content-length"))) response.destroy();
  });
}

function answerError(
  response: ServerResponse,
  error: Error & { readonly status?: number },
  { onMissing, onFault }: SendContext,
): void {
  if (response.headersSent) {
    response.destroy();
    onFault(error);
    return;
  }
  const { status } = error;
  const contentRange = response.getHeader("content-range");
  for (const header of response.getHeaderNames()) response.removeHeader(header);
  response.statusCode = 200;
  if (status === 404) onMissing();
  else if (status === 412) response.writeHead(status, { "content-length": 0 }).end();
  else if (status === 416) {
    const headers = { "content-range": String(contentRange), "content-length": 0 };
    response.writeHead(status, headers).end();
  } else onFault(error);
}

/**
 * The range in a form that the library reads rightly; undefined where it is to be ignored, as for lists and for one
 * that runs backwards. The library takes a suffix longer than the file for unsatisfiable (RFC 9110: it is the file).
 */
function readRange(header: string, size: number): string | undefined {
  const range = /^bytes=(?<start>\d{0,15})-(?<end>\d{0,15})$/.exec(header.trim())?.groups;
  if (range === undefined || (range.start === "" && range.end === "")) return undefined;
  const { start, end } = range;
  if (start === "") return Number(end) > size && size > 0 ? "bytes=0-" : `bytes=-${end}`;
  return end !== "" && Number(end) < Number(start) ? undefined : `bytes=${start}-${end}`;
}
