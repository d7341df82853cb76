import { makeResource } from "../sam-resource.ts";
import { makePermission, requireOf, type EventParts, type SamEvent } from "./event.ts";

/** `CloudWatchLogs`: lines of a log group that fit a pattern. */
export function makeLogsEvent(event: SamEvent): EventParts {
  const group = requireOf(event, "LogGroupName");
  const pattern = requireOf(event, "FilterPattern");
  if (group === undefined || pattern === undefined) return {};
  const permissionId = `${event.id}Permission`;
  const text = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*";
  const filter = makeResource(
    event.origin,
    "AWS::Logs::SubscriptionFilter",
    { LogGroupName: group, FilterPattern: pattern, DestinationArn: event.target.arn },
    { dependsOn: [permissionId] },
  );
  const source = { SourceArn: { "Fn::Sub": [text, { __LogGroupName__: group }] } };
  return {
    resources: {
      [permissionId]: makePermission(event, "logs.amazonaws.com", source),
      [event.id]: filter,
    },
  };
}
