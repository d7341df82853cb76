import type { AppModel } from "../../model/app-model.ts";
import type { AwsServiceAnswer, AwsServiceRequest } from "../../ports/aws-services.ts";
import { accessDenied } from "./access-denied.ts";
import { accessTableOf } from "./ask-access.ts";
import type { AskedPlace } from "./asked-access.ts";
import type { FunctionJudge } from "./function-judge.ts";

/** Stands before the services: functions reach no further than their roles let them. */
export interface AccessGuard {
  /** What is answered instead of the service; undefined when it is to answer. */
  refuse(request: AwsServiceRequest): AwsServiceAnswer | undefined;
  /** What the caller is to hear of the service's answer. */
  review(request: AwsServiceRequest, answer: AwsServiceAnswer): AwsServiceAnswer;
}

export interface AccessGuardOptions {
  readonly judge: FunctionJudge;
  readonly model: () => AppModel | undefined;
  readonly accountId: string;
}

export function createAccessGuard({ judge, model, accountId }: AccessGuardOptions): AccessGuard {
  const placeOf = ({ region }: AwsServiceRequest): AskedPlace => ({ region, accountId, model: model() });
  const factsOf = ({ region, headers }: AwsServiceRequest, name: string) => ({
    region,
    function: name,
    userAgent: headers["user-agent"],
    referer: headers.referer,
  });
  return {
    refuse(request) {
      const { function: name } = request.caller;
      if (name === undefined) return undefined;
      const table = accessTableOf(request);
      const denial = judge.refuse(factsOf(request, name), table.ask(request, placeOf(request)), table);
      return denial && accessDenied(request, denial);
    },

    // Whoever may not list a bucket does not hear what is not in it (S3, documented).
    review(request, answer) {
      const { function: name } = request.caller;
      if (name === undefined || request.service !== "s3" || answer.status !== 404) return answer;
      const table = accessTableOf(request);
      const [asked] = table.ask(request, placeOf(request));
      const bucket = asked && /^(?<bucket>arn:aws:s3:::[^/]+)\/./.exec(asked.resource)?.groups?.bucket;
      if (bucket === undefined || asked?.action !== "s3:GetObject") return answer;
      if (model()?.buckets.some(({ name }) => bucket === `arn:aws:s3:::${name}`) !== true) return answer;
      const denial = judge.refuse(
        factsOf(request, name),
        [{ action: "s3:ListBucket", resource: bucket, keys: {} }],
        table,
      );
      return denial === undefined ? answer : accessDenied(request, denial);
    },
  };
}
