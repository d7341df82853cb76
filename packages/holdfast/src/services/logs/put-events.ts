import type { Clock } from "../../base/clock.ts";
import { isRecord } from "../../base/is-record.ts";
import type { LogGroups, NewLogEvent } from "../../ports/log-groups.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import type { Operation, OperationInput } from "../service-face.ts";
import { groupNameOf, invalid, noGroup, noStream, requiredText } from "./logs-input.ts";

/** The bounds of one call (documented). */
const maximumEvents = 10_000;
const maximumBytes = 1_048_576;
/** What each event counts for besides its message. */
const eventBytes = 26;
const longestSpanMs = 24 * 60 * 60 * 1000;
const oldestMs = 14 * 24 * 60 * 60 * 1000;
const newestMs = 2 * 60 * 60 * 1000;

/** `PutLogEvents`. Sequence tokens are not asked for (documented since 2023); one is in the answer for those who expect it. */
export function createPutLogEvents(groups: LogGroups, clock: Clock): Operation {
  return async (input) => {
    const group = groupNameOf(input);
    const stream = requiredText(input, "logStreamName");
    const events = readEvents(input);
    const nowMs = clock.now();
    const tooOld = events.filter(({ atMs }) => atMs < nowMs - oldestMs).length;
    const tooNew = events.findIndex(({ atMs }) => atMs > nowMs + newestMs);
    const taken = events.slice(tooOld, tooNew === -1 ? undefined : tooNew);
    const outcome = await groups.append(group, stream, taken);
    if (outcome === "no-group") throw noGroup();
    if (outcome === "no-stream") throw noStream();
    if (outcome === "read-only")
      throw new AwsServiceError(
        "AccessDeniedException",
        `The log group ${group} is written by what it is of: nothing is put into it here`,
      );
    return {
      nextSequenceToken: "0".repeat(56),
      ...((tooOld > 0 || tooNew !== -1) && {
        rejectedLogEventsInfo: {
          ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
          ...(tooNew !== -1 && { tooNewLogEventStartIndex: tooNew }),
        },
      }),
    };
  };
}

function readEvents({ logEvents }: OperationInput): readonly NewLogEvent[] {
  if (!Array.isArray(logEvents) || logEvents.length === 0)
    throw invalid(
      "1 validation error detected: Value '[]' at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  if (logEvents.length > maximumEvents)
    throw invalid(
      `1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to ${maximumEvents}`,
    );
  const events = logEvents.map(readEvent);
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + eventBytes, 0);
  if (bytes > maximumBytes)
    throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${maximumBytes}`);
  if (events.some(({ atMs }, at) => atMs < (events[at - 1]?.atMs ?? 0)))
    throw invalid("Log events in a single PutLogEvents request must be in chronological order.");
  if ((events.at(-1)?.atMs ?? 0) - (events[0]?.atMs ?? 0) > longestSpanMs)
    throw invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  return events;
}

function readEvent(value: unknown): NewLogEvent {
  const { timestamp, message } = isRecord(value) ? value : {};
  if (typeof timestamp !== "number" || !Number.isSafeInteger(timestamp) || timestamp < 0)
    throw invalid("A log event has no timestamp, in milliseconds since 1970");
  if (typeof message !== "string" || message === "")
    throw invalid("Log event message must not be empty or null.");
  return { atMs: timestamp, message };
}
