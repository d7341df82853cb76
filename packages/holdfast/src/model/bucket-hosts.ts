/**
 * The bucket that a host's name asks S3 for, in lower case: `{bucket}.s3.{region}.amazonaws.com` and its older and
 * special forms, and `{bucket}.localhost`.
 */
export function bucketOfHost(host: string): string | undefined {
  return (onAws.exec(host) ?? onLocalhost.exec(host))?.groups?.bucket;
}

/**
 * `{bucket}.s3-website-{region}.amazonaws.com`, with a dot before the region in newer ones, and `localWebsiteHost`'s.
 */
export function bucketOfWebsite(host: string): string | undefined {
  if (!host.includes(".s3-website")) return undefined;
  return /^(?<bucket>.+)\.s3-website(?:[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?|\.localhost)$/.exec(host)
    ?.groups?.bucket;
}

/** Where a bucket's web site is on this machine: whatever ends so leads there, in browsers. */
export function localWebsiteHost(bucket: string): string {
  return `${bucket}.s3-website.localhost`;
}

const onAws =
  /^(?<bucket>.+)\.s3(?:-accelerate|-fips|-[a-z]{2,3}(?:-[a-z]+)+-\d+)?(?:\.dualstack)?(?:\.[a-z]{2,3}(?:-[a-z]+)+-\d+)?\.amazonaws\.com(?:\.cn)?$/;
const onLocalhost = /^(?!s3\.localhost$)(?<bucket>.+?)(?:\.s3(?:\.[a-z0-9-]+)?)?\.localhost$/;
