import type { Clock } from "../../base/clock.ts";
import type { LogCreation, LogGroups } from "../../ports/log-groups.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import { createJsonFace } from "../json-protocol.ts";
import type { OperationOutput, ServiceFace } from "../service-face.ts";
import { createDescribeLogGroups, createDescribeLogStreams } from "./describe-logs.ts";
import { groupNameOf, newGroupName, newStreamName, noGroup } from "./logs-input.ts";
import { createPutLogEvents } from "./put-events.ts";
import { createFilterLogEvents, createGetLogEvents } from "./read-events.ts";

export interface LogsFaceOptions {
  readonly groups: LogGroups;
  readonly accountId: string;
  readonly clock: Clock;
}

/** CloudWatch Logs, as far as logs are written, read and searched. */
export function createLogsFace({ groups, accountId, clock }: LogsFaceOptions): ServiceFace {
  return createJsonFace({
    service: "logs",
    targetPrefix: "Logs_20140328",
    version: "1.1",
    operations: {
      CreateLogGroup: async (input) => created(await groups.createGroup(newGroupName(input)), "group"),
      CreateLogStream: async (input) =>
        created(await groups.createStream(groupNameOf(input), newStreamName(input)), "stream"),
      // How long events are kept is not the app's to say here; that it said so is no error.
      PutRetentionPolicy: async (input) => {
        if ((await groups.streams(groupNameOf(input))) === undefined) throw noGroup();
        return {};
      },
      PutLogEvents: createPutLogEvents(groups, clock),
      DescribeLogGroups: createDescribeLogGroups(groups, accountId),
      DescribeLogStreams: createDescribeLogStreams(groups, accountId),
      GetLogEvents: createGetLogEvents(groups),
      FilterLogEvents: createFilterLogEvents(groups),
    },
  });
}

function created(outcome: LogCreation, what: "group" | "stream"): OperationOutput {
  if (outcome === "no-group") throw noGroup();
  if (outcome === "exists")
    throw new AwsServiceError("ResourceAlreadyExistsException", `The specified log ${what} already exists`);
  if (outcome === "too-many") throw new AwsServiceError("LimitExceededException", "Resource limit exceeded.");
  return {};
}
