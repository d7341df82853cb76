import type { Queue } from "../../model/aws-resources.ts";
import type { AwsServiceRequest } from "../../ports/aws-services.ts";
import { isAwsHost } from "../../model/aws-hosts.ts";
import { sqsError } from "./sqs-error.ts";

/** Where queues are for whoever asks. */
export interface QueuePlace {
  readonly region: string;
  readonly accountId: string;
  /** What stands before `/{account}/{name}`. */
  readonly origin: string;
}

/** Asked by AWS's name for the service, queues have AWS's addresses; by another, they are at that one. */
export function queuePlace(
  { host, headers, region }: Pick<AwsServiceRequest, "host" | "headers" | "region">,
  accountId: string,
): QueuePlace {
  const origin = isAwsHost(host)
    ? `https://sqs.${region}.amazonaws.com`
    : `${headers["x-forwarded-proto"] === "https" ? "https" : "http"}://${headers.host ?? host}`;
  return { region, accountId, origin };
}

export function queueUrl({ name }: Queue, { origin, accountId }: QueuePlace): string {
  return `${origin}/${accountId}/${name}`;
}

export function queueArn(
  name: string,
  { region, accountId }: Pick<QueuePlace, "region" | "accountId">,
): string {
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

/** By whatever host a URL names it: an app may have made it up, or kept one of AWS's. */
export function findQueueByUrl(queues: readonly Queue[], url: string, { accountId }: QueuePlace): Queue {
  const { account, name } =
    /^https?:\/\/[^/]+\/(?:.*\/)?(?<account>\d+)\/(?<name>[^/]+)\/?$/.exec(url)?.groups ?? {};
  if (account === undefined || name === undefined)
    throw sqsError("InvalidAddress", `The address ${url} is not valid for this endpoint.`);
  return findQueue(queues, account === accountId ? name : undefined);
}

export function findQueue(queues: readonly Queue[], name: string | undefined): Queue {
  const queue = queues.find((one) => one.name === name);
  if (queue === undefined) throw sqsError("QueueDoesNotExist", "The specified queue does not exist.");
  return queue;
}
