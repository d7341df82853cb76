import type { Clock } from "../../base/clock.ts";
import type { AppModel, Schedule } from "../../model/app-model.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import { pageOf, sortByKey } from "../page.ts";
import { createRestJsonFace } from "../rest-json.ts";
import type { OperationContext, ServiceFace } from "../service-face.ts";

export interface SchedulerFaceOptions {
  /** What runs now. */
  readonly model: () => Pick<AppModel, "schedules"> | undefined;
  readonly accountId: string;
  readonly clock: Clock;
}

/** EventBridge's scheduler, as far as its schedules are read. All of them are in the group `default`. */
export function createSchedulerFace({ model, accountId, clock }: SchedulerFaceOptions): ServiceFace {
  // Those of EventBridge's rules have no role.
  const schedules = (): readonly Schedule[] =>
    (model()?.schedules ?? []).filter(({ role }) => role !== undefined);
  // As the protocol has times: in seconds.
  const deployedAt = Math.floor(clock.now() / 1000);
  const summary = ({ name, function: to }: Schedule, { region }: OperationContext) => ({
    Arn: `arn:aws:scheduler:${region}:${accountId}:schedule/default/${name}`,
    CreationDate: deployedAt,
    GroupName: "default",
    LastModificationDate: deployedAt,
    Name: name,
    State: "ENABLED",
    Target: { Arn: `arn:aws:lambda:${region}:${accountId}:function:${to}` },
  });
  return createRestJsonFace({
    service: "scheduler",
    operations: [
      {
        method: "GET",
        path: "/schedules",
        async run({ query }, context) {
          const prefix = query.get("NamePrefix") ?? "";
          const isOfDefault = (query.get("ScheduleGroup") ?? "default") === "default";
          const isOn = (query.get("State") ?? "ENABLED") === "ENABLED";
          const wanted = isOfDefault && isOn ? schedules() : [];
          const { items, token } = paged(
            wanted.filter(({ name }) => name.startsWith(prefix)),
            query,
          );
          return {
            body: {
              Schedules: items.map((one) => summary(one, context)),
              ...(token !== undefined && { NextToken: token }),
            },
          };
        },
      },
      {
        method: "GET",
        path: "/schedules/{Name}",
        async run({ parameters: { Name: name = "" }, query }, context) {
          const isOfDefault = (query.get("groupName") ?? "default") === "default";
          const found = isOfDefault ? schedules().find((one) => one.name === name) : undefined;
          if (found === undefined)
            throw new AwsServiceError("ResourceNotFoundException", `Schedule ${name} does not exist.`, 404);
          return { body: describeSchedule(found, summary(found, context)) };
        },
      },
    ],
  });
}

function describeSchedule(
  { expression, input, role }: Schedule,
  summary: Readonly<Record<string, unknown>> & { readonly Target: object },
): object {
  return {
    ...summary,
    ActionAfterCompletion: "NONE",
    FlexibleTimeWindow: { Mode: "OFF" },
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: "UTC",
    Target: {
      ...summary.Target,
      RoleArn: role,
      ...(input !== undefined && { Input: JSON.stringify(input) }),
    },
  };
}

/** Of one answer (documented). */
const maximumPage = 100;

function paged(schedules: readonly Schedule[], query: URLSearchParams) {
  const limit = Number(query.get("MaxResults") ?? maximumPage);
  if (!Number.isInteger(limit) || limit < 1 || limit > maximumPage)
    throw new AwsServiceError("ValidationException", `MaxResults is to be from 1 to ${maximumPage}.`);
  const nameOf = ({ name }: Schedule): string => name;
  const token = query.get("NextToken") ?? undefined;
  const page = pageOf(sortByKey(schedules, nameOf), nameOf, { limit, token });
  if (page === undefined) throw new AwsServiceError("ValidationException", "Invalid NextToken.");
  return page;
}
