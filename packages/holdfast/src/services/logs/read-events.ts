import type { LogEvent, LogGroups, LogSpan } from "../../ports/log-groups.ts";
import type { Operation, OperationInput, OperationOutput } from "../service-face.ts";
import { parseFilterPattern } from "./filter-pattern.ts";
import {
  groupNameOf,
  invalid,
  limitOf,
  noGroup,
  noStream,
  optionalNumber,
  optionalText,
  requiredText,
} from "./logs-input.ts";

/** Of one answer (documented). */
const maximumEvents = 10_000;
const maximumAnswerBytes = 1_048_576;

/** `FilterLogEvents`, which `aws logs tail` asks again and again. Streams are always interleaved (documented). */
export function createFilterLogEvents(groups: LogGroups): Operation {
  return async (input) => {
    const limit = limitOf(input, maximumEvents);
    const test = parseFilterPattern(optionalText(input, "filterPattern") ?? "");
    if (test === undefined) throw invalid("Invalid filter pattern");
    const isOfStream = streamTest(input);
    const after = readToken(input, "nextToken", "next");
    const events = await groups.events(
      groupNameOf(input),
      spanOf(optionalNumber(input, "startTime"), optionalNumber(input, "endTime")),
    );
    if (events === undefined) throw noGroup();
    const wanted = events.filter(
      ({ id, stream, message }) => (after === undefined || id > after) && isOfStream(stream) && test(message),
    );
    const taken = withinBytes(wanted.slice(0, limit));
    const last = taken.at(-1);
    return {
      events: taken.map((event) => ({
        logStreamName: event.stream,
        timestamp: event.atMs,
        message: event.message,
        ingestionTime: event.ingestedAtMs,
        eventId: event.id,
      })),
      searchedLogStreams: [],
      ...(last !== undefined && taken.length < wanted.length && { nextToken: toToken("next", last.id) }),
    };
  };
}

function streamTest(input: OperationInput): (stream: string) => boolean {
  const names: unknown = input.logStreamNames;
  const prefix = optionalText(input, "logStreamNamePrefix");
  if (names === undefined || names === null)
    return (stream) => prefix === undefined || stream.startsWith(prefix);
  if (prefix !== undefined)
    throw invalid("LogStreamNames and LogStreamNamePrefix cannot be specified at the same time");
  if (!Array.isArray(names)) throw invalid("logStreamNames is no list");
  const wanted = new Set<unknown>(names);
  return (stream) => wanted.has(stream);
}

/**
 * `GetLogEvents`: the last events of a stream, or the first with `startFromHead`, and from there on forwards or
 * backwards. At an end the token stays what it was (documented).
 */
export function createGetLogEvents(groups: LogGroups): Operation {
  return async (input) => {
    const limit = limitOf(input, maximumEvents);
    const group = groupNameOf(input);
    const stream = requiredText(input, "logStreamName");
    const endMs = optionalNumber(input, "endTime");
    // Here an event at the end's time is none any more (documented).
    const span = spanOf(optionalNumber(input, "startTime"), endMs === undefined ? undefined : endMs - 1);
    const events = await groups.events(group, span);
    const streams = await groups.streams(group);
    if (events === undefined || streams === undefined) throw noGroup();
    if (!streams.some(({ name }) => name === stream)) throw noStream();
    return pageFrom(
      events.filter((event) => event.stream === stream),
      limit,
      input,
    );
  };
}

function pageFrom(events: readonly LogEvent[], limit: number, input: OperationInput): OperationOutput {
  const token = optionalText(input, "nextToken");
  const forward = token?.startsWith("f/") === true ? readToken(input, "nextToken", "f") : undefined;
  const backward = token?.startsWith("b/") === true ? readToken(input, "nextToken", "b") : undefined;
  if (token !== undefined && forward === undefined && backward === undefined)
    throw invalid("The specified nextToken is invalid.");
  const isForward = token === undefined ? input.startFromHead === true : forward !== undefined;
  const left = events.filter(
    ({ id }) => (forward === undefined || id > forward) && (backward === undefined || id < backward),
  );
  const taken = isForward
    ? withinBytes(left.slice(0, limit))
    : withinBytes(left.slice(-limit).toReversed()).toReversed();
  const place = forward ?? backward ?? noId;
  return {
    events: taken.map(({ atMs, message, ingestedAtMs }) => ({
      timestamp: atMs,
      message,
      ingestionTime: ingestedAtMs,
    })),
    nextForwardToken: toToken("f", taken.at(-1)?.id ?? place),
    nextBackwardToken: toToken("b", taken[0]?.id ?? place),
  };
}

/** Before all others. */
const noId = "0".repeat(56);

/** As many as an answer holds, and one in any case. */
function withinBytes(events: readonly LogEvent[]): readonly LogEvent[] {
  let bytes = 0;
  const end = events.findIndex(({ message }, at) => {
    bytes += Buffer.byteLength(message);
    return at > 0 && bytes > maximumAnswerBytes;
  });
  return end === -1 ? events : events.slice(0, end);
}

function spanOf(fromMs: number | undefined, toMs: number | undefined): LogSpan {
  return { ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) };
}

function toToken(kind: string, id: string): string {
  return `${kind}/${id}`;
}

function readToken(input: OperationInput, name: string, kind: string): string | undefined {
  const token = optionalText(input, name);
  if (token === undefined) return undefined;
  const id = /^(?<kind>\w+)\/(?<id>\d{56})$/.exec(token)?.groups;
  if (id?.id === undefined || id.kind !== kind) throw invalid("The specified nextToken is invalid.");
  return id.id;
}
