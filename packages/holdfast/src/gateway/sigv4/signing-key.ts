import { createHmac } from "node:crypto";
import { BoundedCache } from "../static/bounded-cache.ts";

/** The keys that secrets derive to, kept: one serves a secret for a day, in a region, for a service. */
export class SigningKeys {
  readonly #keys: BoundedCache<Buffer>;

  /** `cacheBytes` bounds what is kept; scopes are the client's words and may be many. */
  constructor(cacheBytes = 256 * 1024) {
    this.#keys = new BoundedCache(cacheBytes);
  }

  /** `date`: `YYYYMMDD`. */
  get(secret: string, date: string, region: string, service: string): Buffer {
    // None of the first three can hold a slash: no two scopes share a name.
    const name = `${date}/${region}/${service}/${secret}`;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = deriveSigningKey(secret, date, region, service);
    this.#keys.set(name, key, name.length + entryBytes);
    return key;
  }
}

/** About what an entry takes beside its name. */
const entryBytes = 200;

/** AWS, documented. */
export function deriveSigningKey(secret: string, date: string, region: string, service: string): Buffer {
  return [date, region, service, "aws4_request"].reduce<Buffer>(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
}
