import { describe, expect, it } from "vitest";
import { onlyFinding } from "../../test/model/only-finding.ts";
import { sampleApi, sampleModel, sampleRoute } from "../../test/model/sample-model.ts";
import type { Authorizer, WebSocketApi, WebSocketLimits } from "./app-model.ts";
import { defaultLimits } from "./defaults.ts";
import { validateModel } from "./validate.ts";

function validate(change: Partial<WebSocketApi>, limits: Partial<WebSocketLimits> = {}) {
  const api = sampleApi({ ...change, limits: { ...defaultLimits, ...limits } });
  return validateModel({ ...sampleModel, webSocketApis: [api] });
}

const routes = (count: number) =>
  Array.from({ length: count }, (_, at) => sampleRoute({ key: `route-${at}` }));
const authorizers = (count: number): Authorizer[] =>
  Array.from({ length: count }, (_, at) => ({ name: `a${at}`, function: "handler", identitySources: [] }));
const templated = (length: number) => [
  sampleRoute({
    integration: {
      kind: "mock",
      mapping: {
        requestParameters: {},
        requestTemplates: { $default: "x".repeat(length) },
        passthrough: "never",
        responses: [],
      },
    },
  }),
];

describe("API Gateway's quotas", () => {
  const quotas: [string, (count: number) => Partial<WebSocketApi>, keyof WebSocketLimits, number][] = [
    ["routes", (count) => ({ routes: routes(count) }), "routes", 300],
    ["authorizers", (count) => ({ authorizers: authorizers(count) }), "authorizers", 10],
    [
      "the bytes of a mapping template",
      (length) => ({ routes: templated(length) }),
      "templateBytes",
      307_200,
    ],
    [
      "the bytes of an access log's format",
      (length) => ({ accessLogFormat: "x".repeat(length) }),
      "accessLogFormatBytes",
      3072,
    ],
  ];

  it.each(quotas)("hold for %s, to the last one", (_, make, __, quota) => {
    expect(validate(make(quota))).toEqual([]);
    const { code, message } = onlyFinding(validate(make(quota + 1)));
    expect(["LIMIT_INVALID", "ACCESS_LOG_FORMAT_INVALID"]).toContain(code);
    expect(message).toContain(`${quota + 1}`);
    expect(message).toContain(`${quota}`);
  });

  const raisable = quotas.filter(([, , limit]) => limit !== "templateBytes");
  it.each(raisable)("are the app's to raise for %s", (_, make, limit, quota) => {
    expect(validate(make(quota + 1), { [limit]: quota + 1 })).toEqual([]);
  });

  it.each(quotas)("are the app's to lower for %s", (_, make, limit) => {
    expect(validate(make(3), { [limit]: 2 })).toHaveLength(1);
  });
});

it("a variable that WebSocket APIs do not have is a warning, for the line will show - there", () => {
  const [finding, ...others] = validate({ accessLogFormat: "$context.requestId $context.httpMethod" });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "warning",
    code: "ACCESS_LOG_FORMAT_INVALID",
    message: expect.stringContaining("$context.httpMethod"),
  });
});
