import { escapeXml } from "../../model/xml-text.ts";
import type { AwsServiceAnswer, AwsServiceRequest } from "../../ports/aws-services.ts";
import type { StoredObject } from "../../ports/bucket-store.ts";
import { readBucketAddress } from "./bucket-address.ts";
import { factHeaders } from "./object-headers.ts";
import { s3Error } from "./s3-error.ts";
import { emptyAnswer, xmlAnswer, type BucketOperation, type S3FaceOptions } from "./s3-request.ts";

/**
 * A page of a bucket that is a web site (documented): what ends with a slash is its index document; a key without an
 * object, below which there is an index document, leads there; else the error document is the answer. Errors are HTML.
 */
export async function answerPage(
  bucket: string,
  request: AwsServiceRequest,
  { buckets, website, model }: S3FaceOptions,
): Promise<AwsServiceAnswer> {
  if (!["GET", "HEAD"].includes(request.method)) return errorPage(405, "MethodNotAllowed");
  if (model()?.buckets.some(({ name }) => name === bucket) !== true) return errorPage(404, "NoSuchBucket");
  const site = website?.(bucket);
  if (site === undefined) return errorPage(404, "NoSuchWebsiteConfiguration");
  const key = keyOf(request.target);
  if (key === undefined) return errorPage(400, "InvalidURI");
  const index = key === "" || key.endsWith("/") ? key + site.indexDocument : key;
  const page = await buckets.get(bucket, index);
  if (page !== undefined) return pageAnswer(200, page, request);
  if (index === key && (await buckets.head(bucket, `${key}/${site.indexDocument}`)) !== undefined)
    return emptyAnswer(302, { location: `/${encodeURI(key)}/` });
  const shown = site.errorDocument === undefined ? undefined : await buckets.get(bucket, site.errorDocument);
  return shown === undefined ? errorPage(404, "NoSuchKey") : pageAnswer(404, shown, request);
}

export const getWebsite: BucketOperation = async ({ bucket }, options) => {
  const site = options.website?.(bucket);
  if (site === undefined) throw s3Error("NoSuchWebsiteConfiguration", { BucketName: bucket });
  return xmlAnswer("WebsiteConfiguration", {
    IndexDocument: { Suffix: site.indexDocument },
    ErrorDocument: site.errorDocument === undefined ? undefined : { Key: site.errorDocument },
  });
};

function keyOf(target: string): string | undefined {
  try {
    return readBucketAddress("", `/site${target}`).key ?? "";
  } catch {
    return undefined;
  }
}

function pageAnswer(
  status: number,
  { bytes, ...facts }: StoredObject,
  { headers }: AwsServiceRequest,
): AwsServiceAnswer {
  const said = factHeaders(facts, { withChecksum: false });
  if (facts.websiteRedirect !== undefined) return emptyAnswer(301, { location: facts.websiteRedirect });
  if (status === 200 && headers["if-none-match"] === said.etag)
    return emptyAnswer(304, { etag: said.etag ?? "" });
  return { status, headers: { ...said, "content-length": String(bytes.byteLength) }, body: bytes };
}

function errorPage(status: number, code: string): AwsServiceAnswer {
  const title = `${status} ${code}`;
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `<html><head><title>${escapeXml(title)}</title></head><body><h1>${escapeXml(title)}</h1></body></html>\n`,
  };
}
