import { compact, ref, referredId, toList } from "../json-values.ts";
import { makePermission, requireOf, type EventParts, type SamEvent } from "./event.ts";

/** `S3`: the bucket, which must be of the same template, is configured to notify the function. */
export function makeBucketEvent(event: SamEvent): EventParts {
  const given = requireOf(event, "Bucket");
  const events = requireOf(event, "Events");
  if (given === undefined || events === undefined) return {};
  const bucket = referredId(given);
  if (bucket === undefined || event.app.resources.get(bucket)?.type !== "AWS::S3::Bucket") {
    const message = "Events of type S3 must refer to a bucket of the same template";
    event.app.problems.error([...event.path, "Bucket"], "TEMPLATE_REFERENCE_INVALID", message);
    return {};
  }
  const permission = `${event.id}Permission`;
  const configurations = toList(events).map((one) =>
    compact({ Event: one, Filter: event.properties.Filter, Function: event.target.arn }),
  );
  const { condition } = event.function;
  return {
    // Not the bucket's ARN, which would make the bucket and the permission depend on each other.
    resources: {
      [permission]: makePermission(event, "s3.amazonaws.com", { SourceAccount: ref("AWS::AccountId") }),
    },
    notifications: [{ bucket, configurations, permission, ...(condition !== undefined && { condition }) }],
  };
}
