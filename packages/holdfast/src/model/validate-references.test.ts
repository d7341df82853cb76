import { describe, expect, it } from "vitest";

import { onlyFinding } from "../../test/model/only-finding.ts";
import { sampleApi, sampleFunction, sampleModel, sampleRoute } from "../../test/model/sample-model.ts";
import type { AppModel } from "./app-model.ts";
import { validateModel } from "./validate.ts";

const validate = (change: Partial<AppModel>) => validateModel({ ...sampleModel, ...change });

describe("references", () => {
  const absent = "absent";
  it.each<[string, Partial<AppModel>, string]>([
    [
      "a route's function",
      {
        webSocketApis: [
          sampleApi({
            routes: [sampleRoute({ integration: { kind: "function", function: absent, proxy: true } })],
          }),
        ],
      },
      "websocket:chat/route:join",
    ],
    [
      "a route's authorizer",
      {
        webSocketApis: [
          sampleApi({
            routes: [
              sampleRoute({ key: "$connect", authorization: { kind: "authorizer", authorizer: absent } }),
            ],
          }),
          sampleApi({
            name: "b",
            path: "/b",
            authorizers: [{ name: absent, function: "handler", identitySources: [] }],
          }),
        ],
      },
      "websocket:chat/route:$connect",
    ],
    [
      "a route's request model",
      { webSocketApis: [sampleApi({ routes: [sampleRoute({ requestModels: { $default: absent } })] })] },
      "websocket:chat/route:join",
    ],
    [
      "an authorizer's function",
      {
        webSocketApis: [sampleApi({ authorizers: [{ name: "a", function: absent, identitySources: [] }] })],
      },
      "websocket:chat/authorizer:a",
    ],
    [
      "an HTTP route's function",
      { httpRoutes: [{ method: "GET", path: "/x", function: absent }] },
      "http:GET /x",
    ],
    [
      "a schedule's function",
      { schedules: [{ name: "s", expression: "rate(1 day)", function: absent }] },
      "schedule:s",
    ],
    [
      "a bucket's function",
      { buckets: [{ name: "b", notifications: [{ on: "put", function: absent }], retain: false }] },
      "bucket:b",
    ],
    ["a topic's function", { topics: [{ name: "t", subscribers: [{ function: absent }] }] }, "topic:t"],
    [
      "a granted table",
      { functions: [sampleFunction({ grants: [{ resource: `table:${absent}`, operations: ["*"] }] })] },
      "function:handler",
    ],
  ])("to %s must lead somewhere", (_, change, subject) => {
    const finding = onlyFinding(validate(change));
    expect(finding).toMatchObject({ code: "REFERENCE_UNKNOWN", subject });
    expect(finding.message).toContain("absent");
  });

  it("to all resources, and to those of other kinds, are left alone", () => {
    const grants = ["*", "table:games", "websocket:chat", "cache:round"].map((resource) => ({
      resource,
      operations: ["*"],
    }));
    expect(validate({ functions: [sampleFunction({ grants })] })).toEqual([]);
  });
});
