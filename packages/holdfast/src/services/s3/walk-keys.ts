import type { BucketStore, ObjectFacts } from "../../ports/bucket-store.ts";

export interface Walk {
  readonly prefix: string;
  /** Keys that have it behind the prefix are told once, up to it. Empty for none. */
  readonly delimiter: string;
  /** A key, or the common part of keys that were told of. */
  readonly after: string;
  readonly limit: number;
}

export interface Found {
  readonly objects: readonly ObjectFacts[];
  readonly commonPrefixes: readonly string[];
  /** The last key or common prefix, where more follow. */
  readonly next?: string;
}

/** The greatest character: few keys that begin as a common prefix does come behind it followed by this. */
const last = "\u{10FFFF}";

/** Objects and what keys have in common, both counted, in the order of the keys. */
export async function walkKeys(store: BucketStore, bucket: string, walk: Walk): Promise<Found> {
  const { prefix, limit } = walk;
  const objects: ObjectFacts[] = [];
  const commonPrefixes: string[] = [];
  if (limit === 0) return { objects, commonPrefixes };
  let passed = commonPrefixOf(walk.after, walk) === walk.after ? walk.after : undefined;
  let previous = "";
  for (let after: string | undefined = passed === undefined ? walk.after : passed + last; ;) {
    const page = await store.list(bucket, { prefix, ...(after !== "" && { after }) });
    for (const facts of page.objects) {
      const common = commonPrefixOf(facts.key, walk);
      if (common !== undefined && common === passed) continue;
      if (objects.length + commonPrefixes.length === limit)
        return { objects, commonPrefixes, next: previous };
      if (common === undefined) objects.push(facts);
      else commonPrefixes.push(common);
      passed = common;
      previous = common ?? facts.key;
    }
    if (page.next === undefined) return { objects, commonPrefixes };
    const behind = `${passed ?? ""}${last}`;
    const skips = passed !== undefined && Buffer.compare(Buffer.from(behind), Buffer.from(page.next)) > 0;
    after = skips ? behind : page.next;
  }
}

function commonPrefixOf(key: string, { prefix, delimiter }: Walk): string | undefined {
  if (delimiter === "" || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
