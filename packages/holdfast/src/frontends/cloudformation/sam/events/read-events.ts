import type { Json, TemplatePath } from "../../template/template.ts";
import type { InvokeTarget } from "../function-alias.ts";
import { isObject } from "../../template/json-kinds.ts";
import { toObject } from "../json-values.ts";
import type { Resources, SamApp, SamResource } from "../sam-resource.ts";
import { makeApiEvent, makeHttpApiEvent } from "./api-events.ts";
import { makeBucketEvent } from "./bucket-event.ts";
import { makeDynamoDbEvent, makeKinesisEvent, makeSqsEvent } from "./event-source-events.ts";
import type { EventMaker, EventParts, SamEvent } from "./event.ts";
import { makeLogsEvent } from "./logs-event.ts";
import { makeRuleEvent, makeScheduleEvent } from "./rule-events.ts";
import { makeScheduleV2Event } from "./schedule-v2-event.ts";
import { makeTopicEvent } from "./topic-event.ts";

const makers: Readonly<Record<string, EventMaker>> = {
  Api: makeApiEvent,
  HttpApi: makeHttpApiEvent,
  S3: makeBucketEvent,
  SNS: makeTopicEvent,
  SQS: makeSqsEvent,
  DynamoDB: makeDynamoDbEvent,
  Kinesis: makeKinesisEvent,
  Schedule: makeScheduleEvent,
  ScheduleV2: makeScheduleV2Event,
  CloudWatchEvent: makeRuleEvent,
  EventBridgeRule: makeRuleEvent,
  CloudWatchLogs: makeLogsEvent,
};

/** Types that SAM knows and whose services Holdfast does not have. */
const ignoredTypes = ["AlexaSkill", "Cognito", "DocumentDB", "IoTRule", "MQ", "MSK", "SelfManagedKafka"];

/** What all events of a function make. */
export function readEvents(resource: SamResource, target: InvokeTarget, app: SamApp): Required<EventParts> {
  const path = [...resource.path, "Properties", "Events"];
  const given = resource.properties.Events;
  if (given !== undefined && !isObject(given)) {
    app.problems.error(path, "TEMPLATE_PROPERTY_INVALID", "Events must be a map of names to events");
  }
  const parts = Object.entries(toObject(given)).map(([name, event]) =>
    readEvent(name, event, [...path, name]),
  );
  return {
    resources: Object.assign({}, ...parts.map((one) => one.resources)) as Resources,
    routes: parts.flatMap((one) => one.routes ?? []),
    notifications: parts.flatMap((one) => one.notifications ?? []),
    managedPolicies: parts.flatMap((one) => one.managedPolicies ?? []),
    policies: parts.flatMap((one) => one.policies ?? []),
  };

  function readEvent(name: string, event: Json, at: TemplatePath): EventParts {
    const { Type, Properties } = toObject(event);
    const type = typeof Type === "string" ? Type : "";
    const maker = Object.hasOwn(makers, type) ? makers[type] : undefined;
    if (maker === undefined) {
      reportType(name, type, at);
      return {};
    }
    const whole: SamEvent = {
      id: `${resource.logicalId}${name}`,
      type,
      properties: toObject(Properties),
      path: [...at, "Properties"],
      origin: { ...resource, path: at },
      function: resource,
      target,
      app,
    };
    return maker(whole);
  }

  function reportType(name: string, type: string, at: TemplatePath): void {
    if (ignoredTypes.includes(type)) {
      const message = `Holdfast does not run events of type ${type}: ${name} never invokes ${resource.logicalId}`;
      app.problems.warn(at, "TEMPLATE_RESOURCE_IGNORED", message);
      return;
    }
    const message = type === "" ? "The event has no Type" : `SAM has no events of type ${type}`;
    const hint = `Events are of type ${Object.keys(makers).join(", ")}.`;
    app.problems.error([...at, "Type"], "TEMPLATE_PROPERTY_INVALID", message, hint);
  }
}
