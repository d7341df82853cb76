import { attributeOf, type AttributeValue, type Item } from "./attribute-value.ts";
import type { AttributePath } from "./table-request.ts";

/** What stands at the path; `undefined` when anything on the way is absent or of another shape. */
export function readPath(item: Item | undefined, path: AttributePath): AttributeValue | undefined {
  if (item === undefined) return undefined;
  const [first, ...rest] = path;
  return rest.reduce<AttributeValue | undefined>(stepInto, attributeOf(item, first));
}

function stepInto(value: AttributeValue | undefined, step: string | number): AttributeValue | undefined {
  if (value === undefined) return undefined;
  if (typeof step === "number") return "L" in value ? value.L[step] : undefined;
  return "M" in value ? attributeOf(value.M, step) : undefined;
}

/** For messages: `address.lines[0]`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join("");
}
