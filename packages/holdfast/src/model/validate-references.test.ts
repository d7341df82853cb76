import { describe, expect, it } from "vitest";

import { onlyFinding } from "../../test/model/only-finding.ts";
import {
  sampleApi,
  sampleFunction,
  sampleModel,
  sampleRoute,
  sampleTable,
} from "../../test/model/sample-model.ts";
import type { AppModel, EventSource, Queue } from "./app-model.ts";
import { validateModel } from "./validate.ts";

const sampleQueue = (change: Partial<Queue>): Queue => ({
  name: "jobs",
  fifo: false,
  visibilityTimeoutMs: 30_000,
  delayMs: 0,
  retentionMs: 345_600_000,
  waitMs: 0,
  maximumMessageBytes: 1_048_576,
  contentBasedDeduplication: false,
  ...change,
});

const sampleSource = (change: Partial<EventSource>): EventSource => ({
  function: "handler",
  source: { kind: "queue", queue: "jobs" },
  batchSize: 10,
  windowMs: 0,
  partialFailures: false,
  filters: [],
  bisects: false,
  ...change,
});

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
      "an event rule's function",
      { eventRules: [{ name: "r", pattern: "{}", targets: [{ function: absent }] }] },
      "event-rule:r",
    ],
    [
      "a bucket's function",
      { buckets: [{ name: "b", notifications: [{ on: "put", function: absent }], retain: false }] },
      "bucket:b",
    ],
    ["a topic's function", { topics: [{ name: "t", subscribers: [{ function: absent }] }] }, "topic:t"],
    ["a topic's queue", { topics: [{ name: "t", subscribers: [{ queue: absent }] }] }, "topic:t"],
    [
      "a subscription's dead letters",
      { topics: [{ name: "t", subscribers: [{ url: "https://a.example", deadLetterQueue: absent }] }] },
      "topic:t",
    ],
    [
      "a bucket's topic",
      { buckets: [{ name: "b", notifications: [{ on: "put", topic: absent }], retain: false }] },
      "bucket:b",
    ],
    [
      "a bucket's queue",
      { buckets: [{ name: "b", notifications: [{ on: "put", queue: absent }], retain: false }] },
      "bucket:b",
    ],
    [
      "an event source's function",
      {
        queues: [sampleQueue({})],
        eventSources: [sampleSource({ function: absent, source: { kind: "queue", queue: "jobs" } })],
      },
      "event-source:jobs/absent",
    ],
    [
      "an event source's queue",
      { eventSources: [sampleSource({ source: { kind: "queue", queue: absent } })] },
      "event-source:absent/handler",
    ],
    [
      "an event source's table",
      { eventSources: [sampleSource({ source: { kind: "table", table: absent, from: "latest" } })] },
      "event-source:absent/handler",
    ],
    [
      "a stream that a table has not",
      {
        tables: [sampleTable({ name: absent })],
        eventSources: [sampleSource({ source: { kind: "table", table: absent, from: "latest" } })],
      },
      "event-source:absent/handler",
    ],
    [
      "a queue's dead letters",
      { queues: [sampleQueue({ deadLetter: { queue: absent, maximumReceives: 1 } })] },
      "queue:jobs",
    ],
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
