import { isRecord } from "../../base/is-record.ts";
import { toError } from "../../base/errors.ts";
import { parseFilterPolicy } from "../../model/filter-policy.ts";
import type { SubscriptionOptions } from "../../model/receivers.ts";
import type { AwsServiceError } from "../aws-service-error.ts";
import { invalidParameter } from "./sns-error.ts";
import type { Surroundings } from "./surroundings.ts";

/** A subscription's attributes as SNS has them: texts by their names. */
export type AttributeTexts = Readonly<Record<string, string>>;

const kept: ReadonlySet<string> = new Set([
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
]);
/** Taken, and without consequence: deliveries are tried again as here they all are. */
const idle: ReadonlySet<string> = new Set(["DeliveryPolicy", "SubscriptionRoleArn", "ReplayPolicy"]);

export function optionTexts(
  { filter, raw, deadLetterQueue }: SubscriptionOptions,
  { region, accountId }: Surroundings["place"],
): AttributeTexts {
  return {
    RawMessageDelivery: String(raw === true),
    ...(filter !== undefined && {
      FilterPolicy: filter.policy,
      FilterPolicyScope: filter.scope === "body" ? "MessageBody" : "MessageAttributes",
    }),
    ...(deadLetterQueue !== undefined && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${region}:${accountId}:${deadLetterQueue}`,
      }),
    }),
  };
}

/** Throws SNS's refusal of what is none of its attributes, or none of their values. */
export function readOptions(texts: AttributeTexts, { model }: Surroundings): SubscriptionOptions {
  const unknown = Object.keys(texts).find((name) => !kept.has(name) && !idle.has(name));
  if (unknown !== undefined) throw invalidParameter("AttributeName");
  const raw = readFlag(texts.RawMessageDelivery);
  const deadLetterQueue = readRedrivePolicy(texts.RedrivePolicy);
  if (deadLetterQueue !== undefined && model()?.queues.some(({ name }) => name === deadLetterQueue) !== true)
    throw invalidParameter("RedrivePolicy: deadLetterTargetArn does not exist");
  const filter = readFilter(texts);
  return {
    ...(filter !== undefined && { filter }),
    ...(raw && { raw: true }),
    ...(deadLetterQueue !== undefined && { deadLetterQueue }),
  };
}

function readFlag(text = "false"): boolean {
  const value = text.toLowerCase();
  if (value === "true" || value === "false") return value === "true";
  throw invalidParameter(
    `Attributes Reason: RawMessageDelivery: Invalid value [${text}]. Must be true or false.`,
  );
}

function readFilter({
  FilterPolicy = "",
  FilterPolicyScope = "MessageAttributes",
}: AttributeTexts): SubscriptionOptions["filter"] {
  if (FilterPolicyScope !== "MessageAttributes" && FilterPolicyScope !== "MessageBody")
    throw invalidParameter(
      `FilterPolicyScope: Invalid value [${FilterPolicyScope}]. Please use either MessageBody or MessageAttributes`,
    );
  if (FilterPolicy === "" || FilterPolicy === "{}") return undefined;
  const filter = {
    policy: FilterPolicy,
    scope: FilterPolicyScope === "MessageBody" ? "body" : "attributes",
  } as const;
  try {
    parseFilterPolicy(filter.policy, filter.scope);
    return filter;
  } catch (error) {
    throw invalidParameter(`FilterPolicy: ${toError(error).message}`);
  }
}

function readRedrivePolicy(text: string | undefined): string | undefined {
  if (text === undefined || text === "" || text === "{}") return undefined;
  const policy = readJson(text);
  const arn = isRecord(policy) ? policy.deadLetterTargetArn : undefined;
  if (typeof arn !== "string") throw malformedRedrivePolicy();
  const name = /^arn:[\w-]+:sqs:[^:]*:[^:]*:([^:]+)$/.exec(arn)?.[1];
  if (name === undefined) throw malformedRedrivePolicy();
  return name;
}

function malformedRedrivePolicy(): AwsServiceError {
  return invalidParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn");
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidParameter("RedrivePolicy: failed to parse JSON.");
  }
}
