/**
 * A copy with its keys in the order of a Java HashMap that they were put into. In captured events API Gateway's
 * authorizer values come in exactly this order.
 */
export function inHashMapOrder<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  const entries = Object.entries(record);
  let buckets = leastBuckets;
  while (entries.length > buckets * loadFactor) buckets *= 2;
  // Within a bucket the order is that of insertion, and sorting is stable.
  const ordered = entries
    .map(([name, value]) => ({ name, value, bucket: spreadHash(name) & (buckets - 1) }))
    .toSorted((a, b) => a.bucket - b.bucket);
  return Object.fromEntries(ordered.map(({ name, value }) => [name, value]));
}

// Java's documented defaults.
const leastBuckets = 16;
const loadFactor = 0.75;

/** `String.hashCode`, with the high half folded into the low one as `HashMap` does. */
function spreadHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash ^ (hash >>> 16);
}
