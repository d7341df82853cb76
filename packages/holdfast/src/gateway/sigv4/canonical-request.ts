import { hash } from "node:crypto";
import type { HeaderPair } from "../../model/gateway-event.ts";
import { headerValues } from "../header-pairs.ts";
import { splitRequestTarget } from "../request-target.ts";
import { readQuery, type SignedRequest } from "./signed-request.ts";
import { encodeUri } from "./uri-encoding.ts";

/**
 * What client and server each compute of a request, to sign it (AWS, documented): method, path, query, the signed
 * headers, their names, and the body's hash, a line each.
 */
export function canonicalRequest(
  request: SignedRequest,
  service: string,
  signedHeaders: readonly string[],
): string {
  const { path, search } = splitRequestTarget(request.target);
  return [
    request.method,
    canonicalPath(path, service),
    canonicalQuery(search),
    canonicalHeaders(request.headers, signedHeaders),
    signedHeaders.join(";"),
    payloadHash(request, search, service),
  ].join("\n");
}

/** The path with its dots resolved and each segment encoded once more; S3 takes it as it is. */
export function canonicalPath(path: string, service: string): string {
  if (service === "s3") return path === "" ? "/" : path;
  const isTidy = path.startsWith("/") && !path.includes("//") && !path.includes("/.");
  const segments = isTidy ? path.slice(1).split("/") : resolveDots(path);
  return `/${segments.map(encodeUri).join("/")}`;
}

/** RFC 3986, 5.2.4, and empty segments left out; a slash at the end stays. */
function resolveDots(path: string): string[] {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  if (segments.length > 0 && path.endsWith("/")) segments.push("");
  return segments;
}

/** Sorted by name, then value, without the signature itself. */
export function canonicalQuery(search: string): string {
  if (search === "") return "";
  return readQuery(search)
    .filter(([name]) => name !== "X-Amz-Signature")
    .toSorted(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Each ends with a line break. A signed header that did not come is empty; repeated ones are joined by commas. */
function canonicalHeaders(headers: readonly HeaderPair[], signedHeaders: readonly string[]): string {
  const values = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const folded = foldSpaces(value);
    const before = values.get(key);
    values.set(key, before === undefined ? folded : `${before},${folded}`);
  }
  let lines = "";
  for (const name of signedHeaders) lines += `${name}:${values.get(name) ?? ""}\n`;
  return lines;
}

function foldSpaces(value: string): string {
  return value.trim().replaceAll(/\s+/g, " ");
}

const unsignedPayload = "UNSIGNED-PAYLOAD";

/**
 * Of the body that came, whatever hash the client claims. Only S3 documents unsigned bodies; whether API Gateway takes
 * them is not known. Here they are taken: a client that signs so, says so in what it signs. To S3 a body may come in
 * chunks, whose own signatures are not looked at, and a presigned request leaves the body open (documented).
 */
function payloadHash({ headers, body }: SignedRequest, search: string, service: string): string {
  const claimed =
    headerValues(headers, "x-amz-content-sha256")[0] ??
    (search.includes("X-Amz-Content-Sha256")
      ? readQuery(search).find(([name]) => name === "X-Amz-Content-Sha256")?.[1]
      : undefined);
  if (claimed === unsignedPayload) return claimed;
  if (service === "s3") {
    if (claimed?.startsWith("STREAMING-") === true) return claimed;
    if (claimed === undefined && search.includes("X-Amz-Signature=")) return unsignedPayload;
  }
  return hash("sha256", body, "hex");
}
