import type { AwsServiceRequest } from "../../../ports/aws-services.ts";
import { regionalArn, type AccessTable, type AskedPlace } from "../asked-access.ts";
import { readNamedCall, textIn } from "../named-call.ts";

/** Batches have the permission of what they are batches of. */
const single = (operation: string): string => operation.replace(/Batch$/, "");

export const sqsTable: AccessTable = {
  knownKeys: [],
  ask(request, place) {
    const { operation, input } = readNamedCall(request);
    const name = textIn(input, "QueueName") ?? queueOf(textIn(input, "QueueUrl"), request);
    return [
      {
        action: `sqs:${single(operation)}`,
        resource: textIn(input, "SourceArn") ?? (name === undefined ? "*" : regionalArn("sqs", name, place)),
      },
    ];
  },
};

/** The last part of its URL; older clients send the call to that. */
function queueOf(url: string | undefined, { target }: AwsServiceRequest): string | undefined {
  const path = url ?? target.split("?", 1)[0] ?? "";
  return /\/\d+\/(?<name>[^/?]+)\/?$/.exec(path)?.groups?.name;
}

export const snsTable: AccessTable = {
  knownKeys: ["sns:protocol", "sns:endpoint"],
  ask(request, place) {
    const { operation, input } = readNamedCall(request);
    return [
      {
        action: `sns:${single(operation)}`,
        resource: topicOf(input, place),
        keys: { "sns:Protocol": textIn(input, "Protocol"), "sns:Endpoint": textIn(input, "Endpoint") },
      },
    ];
  },
};

function topicOf(input: Readonly<Record<string, unknown>>, place: AskedPlace): string {
  const [name, subscription] = [textIn(input, "Name"), textIn(input, "SubscriptionArn")];
  const given = textIn(input, "TopicArn") ?? textIn(input, "TargetArn") ?? textIn(input, "ResourceArn");
  if (given !== undefined) return given;
  // Subscriptions are their topic's: `{topic's ARN}:{id}`.
  if (subscription !== undefined) return subscription.split(":").slice(0, 6).join(":");
  return name === undefined ? "*" : regionalArn("sns", name, place);
}
