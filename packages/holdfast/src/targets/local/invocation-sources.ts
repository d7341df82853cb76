import type { AppModel, HttpRoute, WebSocketApi } from "../../model/app-model.ts";
import type { InvocationEvent } from "../../model/gateway-event.ts";
import { apiId } from "../../model/names.ts";

/** One of AWS's services that is to invoke a function. */
export interface InvocationSource {
  readonly function: string;
  /** Equal for all events that come of it. */
  readonly key: string;
  /** What a log calls it: `the route sendmessage`. */
  readonly title: string;
  /** Such as `apigateway.amazonaws.com`. */
  readonly principal: string;
  /** Which of these asks is told by the first; a permission for one of the others does as well. */
  readonly arns: readonly [string, ...string[]];
}

export interface SourcePlace {
  readonly region: string;
  readonly accountId: string;
  /** Of APIs that have none of their own. */
  readonly stage: string;
}

/** All that invokes functions by their permissions; not what does by a role. */
export function invocationSources(model: AppModel, place: SourcePlace): readonly InvocationSource[] {
  return [
    ...model.webSocketApis.flatMap((api) => ofWebSocketApi(api, model, place)),
    ...model.httpRoutes.flatMap((route) => ofHttpRoute(route, place)),
    ...ofTopicsAndBuckets(model, place),
    ...ofEvents(model, place),
  ];
}

/** Of the source that an event comes of; undefined for what needs no permission. */
export function sourceKeyOf(event: InvocationEvent): string | undefined {
  switch (event.kind) {
    case "authorize":
      return `authorizer ${event.connection.apiName}`;
    case "connect":
    case "message":
    case "disconnect":
      return `route ${event.connection.apiName} ${event.routeKey}`;
    case "http":
      return event.aws && `http ${event.routeKey}`;
    case "task":
      return event.source === "call" ? undefined : `${event.routeKey.replace(/ (?:put|delete)$/, "")}`;
    case "open":
      return undefined;
  }
}

export function ruleKey(name: string): string {
  return `rule ${name}`;
}

function ofWebSocketApi(api: WebSocketApi, { app }: AppModel, place: SourcePlace): InvocationSource[] {
  const { name, routes, authorizers, stage = place.stage } = api;
  const arn = executeApiArn(apiId(app.name, name), place);
  const principal = "apigateway.amazonaws.com";
  const asked = new Set(
    routes.flatMap(({ authorization }) =>
      authorization.kind === "authorizer" ? [authorization.authorizer] : [],
    ),
  );
  return [
    ...routes.flatMap(({ key, integration }): InvocationSource[] =>
      integration.kind !== "function" || integration.role !== undefined
        ? []
        : [
            {
              function: integration.function,
              key: `route ${name} ${key}`,
              title: `the route ${key}`,
              principal,
              arns: [`${arn}/${stage}/${key}`],
            },
          ],
    ),
    ...authorizers.flatMap((authorizer): InvocationSource[] =>
      authorizer.role !== undefined || !asked.has(authorizer.name)
        ? []
        : [
            {
              function: authorizer.function,
              key: `authorizer ${name}`,
              title: `the authorizer ${authorizer.name}`,
              principal,
              arns: [`${arn}/authorizers/${authorizer.id ?? authorizer.name}`],
            },
          ],
    ),
  ];
}

/** Where a route is for any method, templates write the method as a wildcard or as one of them. */
function ofHttpRoute(
  { method, path, function: name, aws }: HttpRoute,
  place: SourcePlace,
): InvocationSource[] {
  if (aws === undefined || aws.role !== undefined) return [];
  const stage = `${executeApiArn(aws.apiId, place)}/${aws.stage}`;
  // The model's paths begin with the stage, as URLs do.
  const isBelowStage = aws.stage !== "$default" && `${path}/`.startsWith(`/${aws.stage}/`);
  const own = isBelowStage ? path.slice(aws.stage.length + 1) : path;
  const ofPath = (one: string): string => `${stage}/${one}${own.startsWith("/") ? own : `/${own}`}`;
  const arn = aws.routeKey === undefined ? ofPath(method) : `${stage}/${aws.routeKey}`;
  return [
    {
      function: name,
      key: `http ${method} ${path}`,
      title: `the route ${aws.routeKey ?? `${method} ${path}`}`,
      principal: "apigateway.amazonaws.com",
      arns: [arn, ...(method === "ANY" ? ["GET", "POST"].map(ofPath) : [])],
    },
  ];
}

function ofTopicsAndBuckets({ topics, buckets }: AppModel, place: SourcePlace): InvocationSource[] {
  return [
    ...topics.flatMap(({ name, subscribers }) =>
      subscribers.flatMap((one): InvocationSource[] =>
        "function" in one
          ? [
              {
                function: one.function,
                key: `topic ${name}`,
                title: `the topic ${name}`,
                principal: "sns.amazonaws.com",
                arns: [regionalArn("sns", name, place)],
              },
            ]
          : [],
      ),
    ),
    ...buckets.flatMap(({ name, notifications }) =>
      notifications.flatMap((one): InvocationSource[] =>
        "function" in one
          ? [
              {
                function: one.function,
                key: `bucket ${name}`,
                title: `the bucket ${name}`,
                principal: "s3.amazonaws.com",
                arns: [`arn:aws:s3:::${name}`],
              },
            ]
          : [],
      ),
    ),
  ];
}

function ofEvents({ schedules, eventRules }: AppModel, place: SourcePlace): InvocationSource[] {
  const ofRule = (name: string): readonly [string] => [regionalArn("events", `rule/${name}`, place)];
  const principal = "events.amazonaws.com";
  return [
    ...schedules.flatMap(({ name, rule = name, role, function: to }): InvocationSource[] =>
      role === undefined
        ? [
            {
              function: to,
              key: `schedule ${name}`,
              title: `the rule ${rule}`,
              principal,
              arns: ofRule(rule),
            },
          ]
        : [],
    ),
    ...eventRules.flatMap(({ name, targets }) =>
      targets.map(({ function: to }): InvocationSource => ({
        function: to,
        key: ruleKey(name),
        title: `the rule ${name}`,
        principal,
        arns: ofRule(name),
      })),
    ),
  ];
}

function executeApiArn(id: string, place: SourcePlace): string {
  return regionalArn("execute-api", id, place);
}

function regionalArn(service: string, resource: string, { region, accountId }: SourcePlace): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
