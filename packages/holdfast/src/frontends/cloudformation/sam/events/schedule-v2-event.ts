import { arnOf, compact, pick } from "../json-values.ts";
import { trust } from "../function-role.ts";
import { makeResource } from "../sam-resource.ts";
import { requireOf, type EventParts, type SamEvent } from "./event.ts";

const sameProperties = [
  "Description",
  "EndDate",
  "GroupName",
  "KmsKeyArn",
  "ScheduleExpression",
  "ScheduleExpressionTimezone",
  "StartDate",
  "State",
];

/** `ScheduleV2`: a schedule of EventBridge Scheduler's, with a role to invoke the function. */
export function makeScheduleV2Event(event: SamEvent): EventParts {
  const { id, origin, properties } = event;
  requireOf(event, "ScheduleExpression");
  const name = properties.Name ?? (properties.OmitName === true ? undefined : id);
  const roleId = `${id}Role`;
  const schedule = makeResource(origin, "AWS::Scheduler::Schedule", {
    Name: name,
    FlexibleTimeWindow: properties.FlexibleTimeWindow ?? { Mode: "OFF" },
    ...pick(properties, sameProperties),
    Target: compact({
      Arn: event.target.arn,
      RoleArn: properties.RoleArn ?? arnOf(roleId),
      ...pick(properties, ["Input", "RetryPolicy", "DeadLetterConfig"]),
    }),
  });
  if (properties.RoleArn !== undefined) return { resources: { [id]: schedule } };
  const statement = { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: event.target.arn };
  const role = makeResource(origin, "AWS::IAM::Role", {
    AssumeRolePolicyDocument: trust("scheduler.amazonaws.com"),
    Policies: [{ PolicyName: `${id}LambdaPolicy`, PolicyDocument: { Statement: [statement] } }],
    PermissionsBoundary: properties.PermissionsBoundary,
  });
  return { resources: { [id]: schedule, [roleId]: role } };
}
