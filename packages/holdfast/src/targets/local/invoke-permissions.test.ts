import { describe, expect, it } from "vitest";
import type { AppModel, InvokePermission } from "../../model/app-model.ts";
import type { InvocationEvent } from "../../model/gateway-event.ts";
import { apiId } from "../../model/names.ts";
import { InvokePermissions } from "./invoke-permissions.ts";

const id = apiId("shop", "chat");
const api = `arn:aws:execute-api:us-east-1:000000000000:${id}`;
const gateway = "apigateway.amazonaws.com";

function modelOf(
  permissions: readonly InvokePermission[] | undefined,
  changes: Partial<AppModel> = {},
): AppModel {
  return {
    app: { name: "shop" },
    webSocketApis: [
      {
        name: "chat",
        stage: "live",
        routes: [
          {
            key: "talk",
            integration: { kind: "function", function: "work", proxy: true },
            authorization: { kind: "authorizer", authorizer: "Guard" },
          },
        ],
        authorizers: [{ name: "Guard", id: "ChatGuard", function: "work", identitySources: [] }],
      },
    ],
    functions: [{ name: "work", ...(permissions && { permissions }) }],
    httpRoutes: [
      {
        method: "GET",
        path: "/prod/items/{id}",
        function: "work",
        aws: { payload: "1.0", apiId: "rest1", stage: "prod" },
      },
    ],
    topics: [{ name: "news", subscribers: [{ function: "work" }, { queue: "q" }] }],
    buckets: [{ name: "photos", notifications: [{ on: "put", function: "work" }], retain: false }],
    schedules: [
      { name: "tick", expression: "rate(1 minute)", function: "work" },
      {
        name: "byRole",
        expression: "rate(1 minute)",
        function: "work",
        role: "arn:aws:iam::000000000000:role/r",
      },
    ],
    eventRules: [{ name: "orders", pattern: "{}", targets: [{ function: "work" }] }],
    ...changes,
  } as unknown as AppModel;
}

const connection = { apiName: "chat" };
const events = {
  route: { kind: "message", routeKey: "talk", connection },
  authorizer: { kind: "authorize", routeKey: "$connect", connection },
  http: { kind: "http", routeKey: "GET /prod/items/{id}", aws: {} },
  topic: { kind: "task", source: "topic", routeKey: "topic news" },
  bucket: { kind: "task", source: "bucket", routeKey: "bucket photos put" },
  schedule: { kind: "task", source: "schedule", routeKey: "schedule tick" },
} as unknown as Record<string, InvocationEvent>;

function holding(model: AppModel) {
  const hints: string[] = [];
  const permissions = new InvokePermissions({
    invoker: { invoke: async () => ({ outcome: "returned", payload: null }), forget: () => {} },
    region: "us-east-1",
    accountId: "000000000000",
    stage: "dev",
    log: (_level, _event, fields) => hints.push(String(fields?.hint)),
  });
  permissions.define(model);
  return { permissions, hints };
}

/** Which of the events get through. */
async function letThrough(model: AppModel): Promise<string[]> {
  const { permissions } = holding(model);
  const results = await Promise.all(
    Object.entries(events).map(async ([name, event]) => {
      const { outcome } = await permissions.invoke("work", event);
      return outcome === "returned" ? [name] : [];
    }),
  );
  return results.flat();
}

describe("a function's permissions", () => {
  it.each<[InvokePermission, string[]]>([
    [{ principal: gateway }, ["route", "authorizer", "http"]],
    [{ principal: gateway, sourceArn: `${api}/*/talk` }, ["route"]],
    [{ principal: gateway, sourceArn: `${api}/*` }, ["route", "authorizer"]],
    // As CDK writes it.
    [{ principal: gateway, sourceArn: `${api}/*talk` }, ["route"]],
    [{ principal: gateway, sourceArn: `${api}/live/other` }, []],
    [{ principal: gateway, sourceArn: `${api}/authorizers/ChatGuard` }, ["authorizer"]],
    [
      { principal: gateway, sourceArn: "arn:aws:execute-api:us-east-1:000000000000:rest1/*/GET/items/*" },
      ["http"],
    ],
    [{ principal: gateway, sourceArn: "arn:aws:execute-api:us-east-1:000000000000:rest1/*/POST/*" }, []],
    [{ principal: "sns.amazonaws.com", sourceArn: "arn:aws:sns:us-east-1:000000000000:news" }, ["topic"]],
    [{ principal: "sns.amazonaws.com", sourceArn: "arn:aws:sns:us-east-1:000000000000:other" }, []],
    [{ principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::photos" }, ["bucket"]],
    [{ principal: "events.amazonaws.com" }, ["schedule"]],
    [{ principal: "*" }, Object.keys(events)],
  ])("%j lets through %j", async (permission, names) => {
    expect(await letThrough(modelOf([permission]))).toEqual(names);
  });

  it("let nobody where there are none, and everybody where there is no list", async () => {
    expect(await letThrough(modelOf([]))).toEqual([]);
    expect(await letThrough(modelOf(undefined))).toEqual(Object.keys(events));
  });

  it("are not asked where a role invokes", async () => {
    const model = modelOf([]);
    const [chat] = model.webSocketApis;
    const integration = {
      kind: "function",
      function: "work",
      proxy: true,
      role: "arn:aws:iam::000000000000:role/r",
    };
    const byRole = { ...chat, routes: [{ ...chat?.routes[0], integration }] };
    const changed = modelOf([], { webSocketApis: [byRole] as unknown as AppModel["webSocketApis"] });
    expect(await letThrough(changed)).toEqual(["route"]);
  });

  it("of rules are asked for by whoever delivers events", () => {
    expect(holding(modelOf([])).permissions.permitsRule("orders", "work")).toBe(false);
    const { permissions } = holding(modelOf([{ principal: "events.amazonaws.com" }]));
    expect(permissions.permitsRule("orders", "work")).toBe(true);
  });

  it("that are missing are warned of, each with what to add", () => {
    const { hints } = holding(modelOf([]));
    expect(hints).toHaveLength(7);
    expect(hints[0]).toContain(
      `{ "Type": "AWS::Lambda::Permission", "Properties": {"Action":"lambda:InvokeFunction","FunctionName":"work","Principal":"${gateway}","SourceArn":"${api}/live/talk"} }`,
    );
  });

  it("are about what AWS's services do, not about calls", async () => {
    const { permissions } = holding(modelOf([]));
    const call = { kind: "task", source: "call", routeKey: "function work" } as unknown as InvocationEvent;
    expect(await permissions.invoke("work", call)).toMatchObject({ outcome: "returned" });
    expect(await permissions.invoke("work", events.route as InvocationEvent)).toMatchObject({
      outcome: "missing",
      error: { code: "INVOKE_NOT_PERMITTED" },
    });
  });
});
