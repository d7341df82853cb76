import { isRecord } from "../../../base/is-record.ts";
import { setOwn } from "../../../model/attribute-value.ts";
import type { AttributePath } from "../../../model/table-request.ts";
import type { ItemJson } from "../item-json.ts";

/**
 * What a SELECT lists, each under the last name of its path: `SELECT a.b` gives `b`. Elements of lists have the position
 * with the name, `b[0]`; what DynamoDB calls them is not known.
 */
export function selectFrom(item: ItemJson, paths: readonly AttributePath[]): ItemJson {
  const selected: Record<string, unknown> = {};
  for (const path of paths) {
    const value = valueAt(item, path);
    if (value !== undefined) setOwn(selected, nameOf(path), value);
  }
  return selected;
}

function valueAt(item: ItemJson, [first, ...rest]: AttributePath): unknown {
  return rest.reduce<unknown>(stepInto, memberOf(item, first));
}

function stepInto(value: unknown, step: string | number): unknown {
  if (!isRecord(value)) return undefined;
  if (typeof step === "string") return isRecord(value.M) ? memberOf(value.M, step) : undefined;
  return Array.isArray(value.L) ? (value.L[step] as unknown) : undefined;
}

function memberOf(record: ItemJson, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function nameOf(path: AttributePath): string {
  const at = path.findLastIndex((step) => typeof step === "string");
  const positions = path.slice(at + 1).map((step) => `[${step}]`);
  return `${path[at] ?? path[0]}${positions.join("")}`;
}
