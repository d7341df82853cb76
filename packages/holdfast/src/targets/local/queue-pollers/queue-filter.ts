import { isRecord } from "../../../base/is-record.ts";
import type { QueueRecord } from "../../../model/aws-queue-event.ts";
import { createEventFilter, parseEventPattern } from "../../../model/event-filter.ts";

/** Whether a function is to get a record. */
export type QueueFilter = (record: QueueRecord) => boolean;

/**
 * Of a source's patterns one has to fit, if there are any. A pattern whose body has members is held against the body's
 * JSON, and fits none that is not JSON; one whose body is a list, against the body's text (documented). Throws
 * `EventPatternError`.
 */
export function createQueueFilter(patterns: readonly string[]): QueueFilter {
  const filters = patterns.map(createFilter);
  return (record) => filters.length === 0 || filters.some((fits) => fits(record));
}

function createFilter(text: string): QueueFilter {
  const pattern = parseEventPattern(text);
  const fits = createEventFilter(pattern);
  const readsBody = isRecord(pattern) && isRecord(pattern.body);
  return (record) => fits(readsBody ? { ...record, body: parseBody(record.body) } : record);
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
