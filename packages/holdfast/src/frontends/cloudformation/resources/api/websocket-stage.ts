import type { Throttling } from "../../../../model/app-model.ts";
import { partsOf, warnOfDifference } from "./api-parts.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";
import { propertiesOf, type Properties } from "../properties.ts";
import { readThrottling } from "./throttling.ts";
import { reportDeployment } from "./websocket-deployment.ts";

/** The stage of a WebSocket API that is run. */
export interface WebSocketStage {
  /** Absent: the one that the app runs as. */
  readonly name?: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly throttling?: Throttling;
  readonly routeThrottling: ReadonlyMap<string, Throttling>;
  readonly accessLogFormat?: string;
}

/** The first one: an API runs once. */
export function readWebSocketStage(api: ResolvedResource, set: ResourceSet): WebSocketStage {
  const [stage, ...others] = partsOf(set, api, "AWS::ApiGatewayV2::Stage");
  if (stage === undefined) {
    warnOfDifference(
      set,
      api.path,
      `${api.logicalId} has no stage, so nothing of it could be reached on AWS; here it runs as the app's own stage`,
      "Add an AWS::ApiGatewayV2::Stage with AutoDeploy: true.",
    );
    return { variables: {}, routeThrottling: new Map() };
  }
  const properties = propertiesOf(stage, set.problems);
  const name = readStageName(properties);
  for (const other of others)
    warnOfDifference(
      set,
      other.path,
      `${other.logicalId} is not run: of the stages of ${api.logicalId}, the first is, ${name ?? stage.logicalId}`,
    );
  reportDeployment(api, stage, set);
  const throttling = readSettings(properties.object("DefaultRouteSettings"));
  const accessLogFormat = properties.object("AccessLogSettings")?.text("Format")?.trimEnd();
  return {
    variables: properties.textMap("StageVariables"),
    routeThrottling: readRouteThrottling(properties, api, set),
    ...(name !== undefined && { name }),
    ...(throttling !== undefined && { throttling }),
    ...(accessLogFormat !== undefined && { accessLogFormat }),
  };
}

function readStageName(properties: Properties): string | undefined {
  properties.require("StageName");
  const name = properties.text("StageName");
  if (name === undefined || /^[\w-]{1,128}$/.test(name)) return name;
  return properties.refuse(
    "StageName",
    `is "${name.slice(0, 200)}"; the stage of a WebSocket API is 1 to 128 letters, digits, - and _`,
    name === "$default" ? "Only HTTP APIs have the stage $default." : undefined,
  );
}

function readRouteThrottling(
  properties: Properties,
  api: ResolvedResource,
  set: ResourceSet,
): ReadonlyMap<string, Throttling> {
  const settings = properties.object("RouteSettings");
  const known = partsOf(set, api, "AWS::ApiGatewayV2::Route").map((route) => route.properties.RouteKey);
  const read = new Map<string, Throttling>();
  for (const key of Object.keys(settings?.value ?? {})) {
    const throttling = readSettings(settings?.object(key));
    if (throttling !== undefined) read.set(key, throttling);
    if (!known.includes(key)) settings?.ignore(key, `${api.logicalId} has no such route`);
  }
  return read;
}

function readSettings(settings: Properties | undefined): Throttling | undefined {
  return readThrottling(settings?.number("ThrottlingRateLimit"), settings?.number("ThrottlingBurstLimit"));
}
