import type { AppModel } from "../../model/app-model.ts";
import type { PolicyDocument } from "../../model/aws-resources.ts";
import { readPolicy, type PolicyReading } from "../../model/iam/read-policy.ts";

/** The policy of the bucket, topic or queue that an ARN names; undefined where it has none. */
export function resourcePolicyOf(resource: string, model: AppModel | undefined): PolicyReading | undefined {
  const policy = model && findPolicy(resource, model);
  return policy && readPolicy(policy.document, "resource");
}

function findPolicy(arn: string, { buckets, topics, queues }: AppModel): PolicyDocument | undefined {
  const [, , service, , , ...rest] = arn.split(":");
  const named = rest.join(":");
  const of = (list: readonly { readonly name: string; readonly policy?: PolicyDocument }[], name: string) =>
    list.find((one) => one.name === name)?.policy;
  switch (service) {
    case "s3":
      return of(buckets, named.split("/", 1)[0] ?? "");
    case "sns":
      return of(topics, named);
    case "sqs":
      return of(queues, named);
    default:
      return undefined;
  }
}
