/** An API, and the host and port where it is on this machine. */
export interface ApiAddress {
  readonly apiId: string;
  readonly authority: string;
}

/** A bucket that is a web site, and its host and port on this machine. */
export interface WebsiteAddress {
  readonly bucket: string;
  readonly authority: string;
}

export type LocalAddress = ApiAddress | WebsiteAddress;

/**
 * A text in which these APIs' names on AWS are those of this machine: `wss://{apiId}.execute-api.{region}.amazonaws.com/dev`
 * becomes `wss://localhost:3333/dev`. For those to whom AWS's names do not lead here: browsers, and programs that bring
 * their own runtime. Schemes stay, for the port speaks TLS as well; other APIs' names do, too. So it is with the names of
 * buckets' web sites.
 */
export function toLocalUrls(text: string, addresses: readonly LocalAddress[]): string {
  return text
    .replaceAll(apiHost, (host: string, apiId: string) => {
      const api = addresses.find((one) => "apiId" in one && one.apiId === apiId.toLowerCase());
      return api?.authority ?? host;
    })
    .replaceAll(websiteHost, (host: string, bucket: string) => {
      const website = addresses.find((one) => "bucket" in one && one.bucket === bucket.toLowerCase());
      return website?.authority ?? host;
    });
}

/** A port or a longer name behind it makes it another. */
const apiHost =
  /(?<![\w.-])([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?(?::443)?(?![\w-]|\.\w|:\d)/gi;
const websiteHost =
  /(?<![\w.-])([a-z0-9](?:[\w-]|\.(?!s3-website))*)\.s3-website[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?(?::80)?(?![\w-]|\.\w|:\d)/gi;
