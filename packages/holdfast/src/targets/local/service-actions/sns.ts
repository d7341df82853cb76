import { randomUUID } from "node:crypto";
import { HoldfastError } from "../../../base/errors.ts";
import type { ServicePayload } from "../../../ports/service-actions.ts";
import { nameIn, requireText, type ServiceAction } from "./service-action.ts";

/** The answer has the form that SNS's query protocol has in JSON. */
export const snsActions: Readonly<Record<string, ServiceAction>> = {
  async publish(payload, { model, tasks }) {
    const topic = nameIn(requireText(payload, "TopicArn"));
    if (model()?.topics.some(({ name }) => name === topic) !== true)
      throw new HoldfastError("RESOURCE_UNKNOWN", `The app has no topic "${topic}"`);
    const attributes = attributesIn(payload);
    const MessageId = await tasks.publish(topic, {
      text: requireText(payload, "Message"),
      ...(typeof payload.Subject === "string" && { subject: payload.Subject }),
      ...(Object.keys(attributes).length > 0 && { attributes }),
    });
    return {
      PublishResponse: {
        PublishResult: { MessageId, SequenceNumber: null },
        ResponseMetadata: { RequestId: randomUUID() },
      },
    };
  },
};

/** `MessageAttributes.entry.1.Name` and `.Value.StringValue`, as forms spell it. */
function attributesIn(payload: ServicePayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(payload).flatMap(([key, name]) => {
      const entry = /^(?<entry>MessageAttributes\.entry\.\d+)\.Name$/.exec(key)?.groups?.entry;
      const value = entry === undefined ? undefined : payload[`${entry}.Value.StringValue`];
      return typeof name === "string" && typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
