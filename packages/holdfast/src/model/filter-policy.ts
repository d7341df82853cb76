import { isRecord } from "../base/is-record.ts";
import { createEventFilter, parseEventPattern, type EventFilter } from "./event-filter.ts";
import { EventPatternError } from "./event-pattern-error.ts";

/** Whether a message fits a filter policy. */
export type FilterPolicy = (message: FilteredMessage) => boolean;

/** What a message has of what policies are about. */
export interface FilteredMessage {
  readonly text: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** SNS's types of those that are not `String`. */
  readonly attributeTypes?: Readonly<Record<string, string>>;
}

/**
 * A filter policy of SNS's (documented): patterns as EventBridge has them, of a message's attributes, or of a text that
 * is JSON. An attribute of type `Number` is a number, one of `String.Array` its items; binary ones are not looked at.
 * Text that is no JSON object fits nothing. Throws `EventPatternError`.
 */
export function parseFilterPolicy(text: string, scope: "attributes" | "body"): FilterPolicy {
  const policy = parseEventPattern(text);
  const fits = createEventFilter(policy);
  if (scope === "body") return ({ text: body }) => fitsJson(fits, body);
  checkFlat(policy);
  return (message) => fits(toValues(message));
}

function fitsJson(fits: EventFilter, body: string): boolean {
  const value = readJson(body);
  return isRecord(value) && fits(value);
}

/** Attributes are in nothing. */
function checkFlat(policy: unknown): void {
  for (const [name, value] of Object.entries(isRecord(policy) ? policy : {})) {
    if (name === "$or" && Array.isArray(value)) value.forEach(checkFlat);
    else if (isRecord(value))
      throw new EventPatternError(`The pattern at ${name} is nested, and attributes of messages are not`);
  }
}

function toValues({ attributes = {}, attributeTypes = {} }: FilteredMessage): Record<string, unknown> {
  const entries = Object.entries(attributes).flatMap(([name, value]): [string, unknown][] => {
    const [type, label] = (attributeTypes[name] ?? "String").split(".");
    if (type === "Binary") return [];
    if (type === "Number") return [[name, Number(value)]];
    const items = label === "Array" ? readJson(value) : undefined;
    return [[name, Array.isArray(items) ? items : value]];
  });
  return Object.fromEntries(entries);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
