import type { Clock } from "../../base/clock.ts";
import type { AppModel, CorsRule, Website } from "../../model/app-model.ts";
import type { AwsServiceAnswer, AwsServiceRequest } from "../../ports/aws-services.ts";
import type { BucketStore } from "../../ports/bucket-store.ts";
import { xmlElement, type XmlValue } from "../xml.ts";
import { s3Error } from "./s3-error.ts";

export interface S3FaceOptions {
  readonly buckets: BucketStore;
  /** What runs now: the buckets that it declares are those there are. */
  readonly model: () => AppModel | undefined;
  readonly accountId: string;
  readonly clock: Clock;
  /** A bucket's pages, where it is a web site. */
  readonly website?: (bucket: string) => Website | undefined;
  /** What pages of other origins may do with a bucket; nothing unless given. */
  readonly cors?: (bucket: string) => readonly CorsRule[];
}

/** A request, its body as it was before it was cut into signed chunks. */
export interface S3Request extends Omit<AwsServiceRequest, "target"> {
  readonly bucket?: string;
  readonly key?: string;
  readonly query: URLSearchParams;
}

export interface BucketRequest extends S3Request {
  readonly bucket: string;
}

export interface ObjectRequest extends BucketRequest {
  readonly key: string;
}

export type BucketOperation = (request: BucketRequest, options: S3FaceOptions) => Promise<AwsServiceAnswer>;
export type ObjectOperation = (request: ObjectRequest, options: S3FaceOptions) => Promise<AwsServiceAnswer>;

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function xmlAnswer(
  name: string,
  value: XmlValue,
  headers: Readonly<Record<string, string>> = {},
): AwsServiceAnswer {
  return {
    status: 200,
    headers: { "content-type": "application/xml", ...headers },
    body: declaration + xmlElement(name, value, { namespace }),
  };
}

export function emptyAnswer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): AwsServiceAnswer {
  return { status, headers, body: "" };
}

/** A whole number of a query, from 0. Throws `InvalidArgument`. */
export function numberOf(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name);
  if (text === null || text === "") return usual;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number <= 2_147_483_647) return number;
  throw s3Error(
    "InvalidArgument",
    { ArgumentName: name, ArgumentValue: text },
    `Provided ${name} not an integer or within integer range`,
  );
}

/** Only `url` is known. Throws `InvalidArgument`. */
export function encoderOf(query: URLSearchParams): (text: string) => string {
  const encoding = query.get("encoding-type");
  if (encoding === null || encoding === "") return (text) => text;
  if (encoding === "url") return encodeKey;
  throw s3Error(
    "InvalidArgument",
    { ArgumentName: "encoding-type", ArgumentValue: encoding },
    "Invalid Encoding Method specified in Request",
  );
}

/** As S3 encodes keys: slashes stay, and spaces are plus signs (seen in its answers). */
function encodeKey(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+");
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

export function unquoted(etag: string): string {
  return etag.replace(/^(?:W\/)?"(?<etag>.*)"$/, "$<etag>");
}

/** Milliseconds always three digits, as in S3's listings. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** There are no users: all is the account's. */
export function ownerOf({ accountId }: S3FaceOptions): { readonly ID: string; readonly DisplayName: string } {
  return { ID: accountId.padStart(64, "0"), DisplayName: "holdfast" };
}
