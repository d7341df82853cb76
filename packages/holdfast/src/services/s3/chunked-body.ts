import type { AwsServiceRequest } from "../../ports/aws-services.ts";
import { s3Error } from "./s3-error.ts";

type Headers = AwsServiceRequest["headers"];

export interface DecodedBody {
  readonly body: Uint8Array;
  /** Those that came, and those behind the body. */
  readonly headers: Headers;
}

/**
 * The body of a request that was cut into chunks (AWS, documented): each a line with its size in hexadecimal and perhaps
 * its signature, its bytes, a line break; the last has no bytes, and headers may follow it. The signatures of chunks are
 * not looked at: that of the request says who sent it. Throws `IncompleteBody`.
 */
export function decodeBody(headers: Headers, body: Uint8Array): DecodedBody {
  const encodings = (headers["content-encoding"] ?? "").split(",").map((encoding) => encoding.trim());
  const isChunked =
    headers["x-amz-content-sha256"]?.startsWith("STREAMING-") === true || encodings.includes("aws-chunked");
  if (!isChunked) return { body, headers };
  const { chunks, trailer } = readChunks(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  const decoded = Buffer.concat(chunks);
  const length = headers["x-amz-decoded-content-length"];
  if (length !== undefined && Number(length) !== decoded.length) throw incomplete();
  const { "content-encoding": _encoding, ...others } = headers;
  const encoding = encodings.filter((one) => one !== "" && one !== "aws-chunked").join(",");
  return {
    body: decoded,
    headers: { ...others, ...trailer, ...(encoding !== "" && { "content-encoding": encoding }) },
  };
}

function readChunks(body: Buffer): { readonly chunks: Buffer[]; readonly trailer: Headers } {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const end = body.indexOf("\r\n", at);
    const size = /^(?<size>[0-9a-f]{1,8})(?:;.*)?$/i.exec(body.toString("latin1", at, Math.max(at, end)))
      ?.groups?.size;
    if (size === undefined) throw incomplete();
    const start = end + 2;
    const length = Number.parseInt(size, 16);
    if (length === 0) return { chunks, trailer: readTrailer(body.toString("latin1", start)) };
    at = start + length + 2;
    if (at > body.length || body[at - 2] !== 13 || body[at - 1] !== 10) throw incomplete();
    chunks.push(body.subarray(start, start + length));
  }
}

/** Some clients end its lines with a line feed alone. */
function readTrailer(text: string): Headers {
  return Object.fromEntries(
    text.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(":");
      return colon > 0 ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]] : [];
    }),
  );
}

function incomplete(): Error {
  return s3Error("IncompleteBody");
}
