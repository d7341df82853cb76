import { randomUUID } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { toError } from "../../base/errors.ts";
import { isRecord } from "../../base/is-record.ts";
import type { EventRule, EventRuleTarget } from "../../model/app-model.ts";
import { parseEventFilter } from "../../model/event-filter.ts";
import { EventPatternError } from "../../model/event-pattern-error.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import type { Operation, OperationContext, OperationInput, OperationOutput } from "../service-face.ts";

/** The bounds of one call (documented). */
const maximumEntries = 10;
const maximumBytes = 262_144;

/** Has a target run with an event, or with its own input. Resolves once that is accepted. */
export type DeliverEvent = (target: EventRuleTarget, event: unknown) => Promise<void>;

export interface PutEventsOptions {
  readonly rules: () => readonly EventRule[];
  readonly deliver: DeliverEvent;
  readonly accountId: string;
  readonly clock: Clock;
}

/**
 * `PutEvents`, on the default bus: events go to the targets of the rules that they fit. An entry that cannot be taken
 * fails by itself. Events for other buses are taken and go nowhere: a template that has one is warned of.
 */
export function createPutEvents(options: PutEventsOptions): Operation {
  return async (input, context) => {
    const entries = readEntries(input);
    const results = await Promise.all(entries.map((entry) => putEntry(entry, options, context)));
    const failed = results.filter((result) => result.ErrorCode !== undefined);
    return { FailedEntryCount: failed.length, Entries: results };
  };
}

function readEntries({ Entries: entries }: OperationInput): readonly unknown[] {
  if (!Array.isArray(entries) || entries.length === 0)
    throw invalid("Value '[]' at 'entries' failed to satisfy constraint: Member must not be empty");
  if (entries.length > maximumEntries)
    throw invalid(
      `Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to ${maximumEntries}`,
    );
  if (Buffer.byteLength(JSON.stringify(entries)) > maximumBytes)
    throw new AwsServiceError(
      "ValidationException",
      "Total size of the entries in the request is over the limit.",
    );
  return entries;
}

function invalid(what: string): AwsServiceError {
  return new AwsServiceError("ValidationException", `1 validation error detected: ${what}`);
}

async function putEntry(
  entry: unknown,
  options: PutEventsOptions,
  context: OperationContext,
): Promise<OperationOutput> {
  const members = isRecord(entry) ? entry : {};
  const id = randomUUID();
  const event = toEvent(members, id, options, context);
  if ("ErrorCode" in event) return event;
  if (!isDefaultBus(members.EventBusName)) return { EventId: id };
  try {
    await Promise.all(
      options
        .rules()
        .filter((rule) => fits(rule, event))
        .flatMap(({ targets }) => targets)
        .map((target) => options.deliver(target, target.input ?? event)),
    );
    return { EventId: id };
  } catch (error) {
    return { ErrorCode: "InternalFailure", ErrorMessage: toError(error).message };
  }
}

/** An event as targets get it (documented), or what is wrong with its entry, in AWS's words as users have seen them. */
function toEvent(
  members: Readonly<Record<string, unknown>>,
  id: string,
  { accountId, clock }: PutEventsOptions,
  { region }: OperationContext,
): Readonly<Record<string, unknown>> {
  for (const name of ["Source", "DetailType", "Detail"])
    if (typeof members[name] !== "string" || members[name] === "")
      return refused(
        "InvalidArgument",
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
  const { Source: source, Time: time, Resources: resources } = members;
  // What AWS's own services say of themselves, nobody else may.
  if (String(source).startsWith("aws."))
    return refused("NotAuthorizedForSourceException", "Not authorized for the source.");
  const detail = parseObject(String(members.Detail));
  if (detail === undefined) return refused("MalformedDetail", "Detail is malformed.");
  const atMs = typeof time === "number" ? time * 1000 : clock.now();
  return {
    version: "0",
    id,
    "detail-type": members.DetailType,
    source,
    account: accountId,
    time: new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: Array.isArray(resources) ? resources : [],
    detail,
  };
}

function refused(code: string, message: string): OperationOutput {
  return { ErrorCode: code, ErrorMessage: message };
}

/** By its name or its ARN. */
function isDefaultBus(bus: unknown): boolean {
  if (bus === undefined || bus === null) return true;
  return typeof bus === "string" && /^(?:arn:.*:event-bus\/)?default$/.test(bus);
}

/** A pattern that cannot be read is reported where the rule is; nothing fits it. */
function fits({ pattern }: EventRule, event: unknown): boolean {
  try {
    return parseEventFilter(pattern)(event);
  } catch (error) {
    if (error instanceof EventPatternError) return false;
    throw error;
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
