import {
  maximumTagKeyCharacters,
  maximumTags,
  maximumTagValueCharacters,
} from "../../model/bucket-limits.ts";
import type { ObjectTags } from "../../ports/bucket-store.ts";
import { FlatList, type XmlValue } from "../xml.ts";
import { s3Error } from "./s3-error.ts";
import { childrenOf, readXml, textOf } from "./xml-reader.ts";

/** Throws `InvalidRequest` or `InvalidTag`. */
export function checkTags(pairs: readonly (readonly [key: string, value: string])[]): ObjectTags {
  if (pairs.length > maximumTags)
    throw s3Error("InvalidRequest", {}, `Object tags cannot be greater than ${maximumTags}`);
  const seen = new Set<string>();
  for (const [key, value] of pairs) {
    if (key === "" || key.length > maximumTagKeyCharacters || !allowed.test(key))
      throw s3Error("InvalidTag", { TagKey: key }, "The TagKey you have provided is invalid");
    if (value.length > maximumTagValueCharacters || !allowed.test(value))
      throw s3Error("InvalidTag", { TagKey: key, TagValue: value });
    if (seen.has(key))
      throw s3Error("InvalidTag", { TagKey: key }, "Cannot provide multiple Tags with the same key");
    seen.add(key);
  }
  return Object.fromEntries(pairs);
}

/** Letters, digits, spaces and a few signs (documented). */
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Throws `MalformedXML` or `InvalidTag`. */
export function readTagging(body: Uint8Array): ObjectTags {
  const [set] = childrenOf(readXml(body), "TagSet");
  if (set === undefined) throw s3Error("MalformedXML");
  return checkTags(
    childrenOf(set, "Tag").map((tag) => [textOf(tag, "Key") ?? "", textOf(tag, "Value") ?? ""]),
  );
}

/** The inside of a `TagSet`, for an answer. */
export function tagElements(tags: ObjectTags): Readonly<Record<string, XmlValue>> {
  return { Tag: new FlatList(Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))) };
}
