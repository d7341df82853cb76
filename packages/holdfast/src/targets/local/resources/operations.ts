import type { TraceContext } from "../../../model/trace-context.ts";

/** What came with a call, unchecked: operations take from it what they need. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What can be asked of one resource, by name. `trace`: the span of whoever asks. */
export type Operations = Readonly<
  Record<string, (argument: Arguments, trace?: TraceContext) => Promise<unknown>>
>;

export function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** A member that is there only when it has a value. */
export function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [N in Name]: Value });
}
