import type { LogGroup, LogGroups, LogStream } from "../../ports/log-groups.ts";
import { pageOf, sortByKey, type Page } from "../page.ts";
import type { Operation, OperationContext, OperationInput } from "../service-face.ts";
import { groupNameOf, invalid, limitOf, noGroup, optionalText } from "./logs-input.ts";

/** Of one answer (documented). */
const maximumPage = 50;

export function createDescribeLogGroups(groups: LogGroups, accountId: string): Operation {
  return async (input, context) => {
    const prefix = optionalText(input, "logGroupNamePrefix") ?? "";
    const pattern = optionalText(input, "logGroupNamePattern")?.toLowerCase() ?? "";
    const found = (await groups.groups()).filter(
      ({ name }) => name.startsWith(prefix) && name.toLowerCase().includes(pattern),
    );
    const { items, token } = paged(found, ({ name }) => name, input);
    return {
      logGroups: items.map((group) => describeGroup(group, context, accountId)),
      ...(token !== undefined && { nextToken: token }),
    };
  };
}

export function createDescribeLogStreams(groups: LogGroups, accountId: string): Operation {
  return async (input, context) => {
    const group = groupNameOf(input);
    const prefix = optionalText(input, "logStreamNamePrefix") ?? "";
    const isByTime = optionalText(input, "orderBy") === "LastEventTime";
    if (isByTime && prefix !== "") throw invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
    const streams = await groups.streams(group);
    if (streams === undefined) throw noGroup();
    const wanted = streams.filter(({ name }) => name.startsWith(prefix));
    const arn = groupArn(group, context, accountId);
    const { items, token } = paged(wanted, isByTime ? timeKey : nameKey, input);
    return {
      logStreams: items.map((stream) => describeStream(stream, arn)),
      ...(token !== undefined && { nextToken: token }),
    };
  };
}

function nameKey({ name }: LogStream): string {
  return name;
}

/** Streams without events come first. */
function timeKey({ name, lastEventAtMs = 0 }: LogStream): string {
  return `${String(lastEventAtMs).padStart(15, "0")} ${name}`;
}

function paged<T>(items: readonly T[], keyOf: (item: T) => string, input: OperationInput): Page<T> {
  // Turned round, every key is replaced by its place: pages follow one another in that order, too.
  const sorted = sortByKey(items, keyOf);
  const isDescending = input.descending === true;
  const inOrder = isDescending ? sorted.toReversed() : sorted;
  const places = new Map(inOrder.map((item, at) => [item, String(at).padStart(9, "0")]));
  const page = pageOf(inOrder, isDescending ? (item) => places.get(item) ?? "" : keyOf, {
    limit: limitOf(input, maximumPage),
    token: optionalText(input, "nextToken"),
  });
  if (page === undefined) throw invalid("The specified nextToken is invalid.");
  return page;
}

function groupArn(name: string, { region }: OperationContext, accountId: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
}

function describeGroup(group: LogGroup, context: OperationContext, accountId: string): object {
  const arn = groupArn(group.name, context, accountId);
  return {
    logGroupName: group.name,
    creationTime: group.createdAtMs,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    storedBytes: group.bytes,
    logGroupClass: "STANDARD",
    logGroupArn: arn,
  };
}

function describeStream(stream: LogStream, arn: string): object {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAtMs,
    firstEventTimestamp: stream.firstEventAtMs,
    lastEventTimestamp: stream.lastEventAtMs,
    lastIngestionTime: stream.lastIngestedAtMs,
    uploadSequenceToken: "0".repeat(56),
    arn: `${arn}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}
