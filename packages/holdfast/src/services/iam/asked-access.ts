import type { AppModel } from "../../model/app-model.ts";
import type { ConditionValues } from "../../model/iam/condition-context.ts";
import type { AwsServiceRequest } from "../../ports/aws-services.ts";

/** One thing that a request asks to be allowed. */
export interface AskedAccess {
  /** Such as `dynamodb:PutItem`. */
  readonly action: string;
  /** An ARN, or `*` where the action is about no resource. */
  readonly resource: string;
  /** What conditions of the service's own are about, such as `dynamodb:LeadingKeys`. */
  readonly keys?: ConditionValues;
}

/** Where on AWS a request is said to be, and what is there. */
export interface AskedPlace {
  readonly region: string;
  readonly accountId: string;
  readonly model: AppModel | undefined;
}

/** What a service's requests ask of IAM (documented in AWS's service authorization reference). */
export interface AccessTable {
  /** Condition keys of the service's, in lower case, that are known to be absent where a request has no value for them. */
  readonly knownKeys: readonly string[];
  /** Nothing for what everybody may. Whatever is asked for that it does not know takes `*` as its resource. */
  ask(request: AwsServiceRequest, place: AskedPlace): readonly AskedAccess[];
}

export function regionalArn(service: string, resource: string, { region, accountId }: AskedPlace): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
