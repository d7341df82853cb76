import type { AppModel, Topic } from "../../model/app-model.ts";
import type { Topics } from "../../ports/topics.ts";
import type { OperationInput } from "../service-face.ts";
import { requiredText } from "./members.ts";
import { invalidParameter, notFound } from "./sns-error.ts";

/** What the operations stand on. */
export interface Surroundings {
  readonly topics: Topics;
  /** What runs now. */
  readonly model: () => Pick<AppModel, "topics" | "queues" | "functions"> | undefined;
  /** Where on AWS the app believes to be: it is in the ARNs. */
  readonly place: { readonly region: string; readonly accountId: string };
}

export function topicOf(surroundings: Surroundings, input: OperationInput, name = "TopicArn"): Topic {
  return topicByArn(surroundings, requiredText(input, name), name);
}

/** ARNs of every region and account lead to the app's topic of that name. */
export function topicByArn({ model }: Surroundings, arn: string, parameter: string): Topic {
  const parts = arn.split(":");
  if (parts.length < 6)
    throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${parts.length}`);
  if (parts[2] !== "sns") throw invalidParameter(parameter);
  const topic = model()?.topics.find(({ name }) => name === parts[5]);
  if (topic === undefined) throw notFound("Topic");
  return topic;
}
