import { randomUUID } from "node:crypto";
import { HoldfastError } from "../../../base/errors.ts";
import { defaultAwsPlace } from "../../../model/defaults.ts";
import type { ServicePayload } from "../../../ports/service-actions.ts";
import { AwsServiceError } from "../../../services/aws-service-error.ts";
import { readQueryInput } from "../../../services/query-input.ts";
import type { OperationInput } from "../../../services/service-face.ts";
import { publish } from "../../../services/sns/publish.ts";
import { nameIn, requireText, type ServiceAction } from "./service-action.ts";

/** The answer has the form that SNS's query protocol has in JSON. */
export const snsActions: Readonly<Record<string, ServiceAction>> = {
  async publish(payload, { model, tasks }) {
    const place = defaultAwsPlace;
    // A name will do where an ARN is due.
    const name = nameIn(requireText(payload, payload.TopicArn === undefined ? "TargetArn" : "TopicArn"));
    const TopicArn = `arn:aws:sns:${place.region}:${place.accountId}:${name}`;
    try {
      const { MessageId, SequenceNumber = null } = await publish(
        { topics: tasks.topics, model, place },
        { ...readInput(payload), TopicArn },
      );
      return {
        PublishResponse: {
          PublishResult: { MessageId, SequenceNumber },
          ResponseMetadata: { RequestId: randomUUID() },
        },
      };
    } catch (error) {
      throw toRefusal(error, name);
    }
  },
};

/** `MessageAttributes.entry.1.Name` and `.Value.StringValue`, as forms spell it. */
function readInput(payload: ServicePayload): OperationInput {
  const texts = Object.entries(payload).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );
  const input = readQueryInput(texts);
  if (input !== undefined) return input;
  throw new HoldfastError("RESOURCE_ARGUMENT_INVALID", "A parameter is given both as a value and in parts");
}

function toRefusal(error: unknown, name: string): unknown {
  if (!(error instanceof AwsServiceError)) return error;
  return error.code === "NotFound"
    ? new HoldfastError("RESOURCE_UNKNOWN", `The app has no topic "${name}"`)
    : new HoldfastError("RESOURCE_ARGUMENT_INVALID", error.message);
}
