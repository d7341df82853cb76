import { describe, expect, it } from "vitest";

import { onlyFinding } from "../../test/model/only-finding.ts";
import { sampleApi, sampleFunction, sampleModel, sampleRoute } from "../../test/model/sample-model.ts";
import type { AppModel, Route, WebSocketApi } from "./app-model.ts";
import { validateModel, type Finding } from "./validate.ts";

const validate = (change: Partial<AppModel>) => validateModel({ ...sampleModel, ...change });
const validateApi = (change: Partial<WebSocketApi>) => validate({ webSocketApis: [sampleApi(change)] });
const validateRoute = (change: Partial<Route>) => validateApi({ routes: [sampleRoute(change)] });

describe("limits", () => {
  const route = (timeoutMs: number) =>
    validateRoute({ integration: { kind: "function", function: "handler", proxy: true, timeoutMs } });
  const limit = (change: Partial<WebSocketApi["limits"]>) =>
    validateApi({ limits: { ...sampleApi().limits, ...change } });
  const fn = (change: Partial<AppModel["functions"][number]>) =>
    validate({ functions: [sampleFunction(change)] });
  const throttle = (ratePerSecond: number, burst: number) =>
    validateApi({ throttling: { ratePerSecond, burst } });

  it.each<[string, readonly Finding[], string, string]>([
    [
      "an integration's timeout of 49",
      route(49),
      "websocket:chat/route:join",
      "from 50 to 29000 milliseconds",
    ],
    ["an integration's timeout of 29,001", route(29_001), "websocket:chat/route:join", "50 to 29000"],
    ["the API's of 30,000", limit({ integrationTimeoutMs: 30_000 }), "websocket:chat", "50 to 29000"],
    ["messages of no bytes", limit({ messageBytes: 0 }), "websocket:chat", "from 1 to"],
    ["half bytes", limit({ frameBytes: 0.5 }), "websocket:chat", "a whole number from 1"],
    ["an idle timeout no timer can hold", limit({ idleTimeoutMs: 2 ** 31 }), "websocket:chat", "2147483647"],
    ["a function's timeout of 0", fn({ timeoutMs: 0 }), "function:handler", "from 1 to 900000 milliseconds"],
    ["a function's timeout of 900,001", fn({ timeoutMs: 900_001 }), "function:handler", "900000"],
    ["127 MB", fn({ memoryMb: 127 }), "function:handler", "from 128 to 10240 megabytes"],
    ["10,241 MB", fn({ memoryMb: 10_241 }), "function:handler", "from 128 to 10240 megabytes"],
    ["no concurrency", fn({ concurrency: 0 }), "function:handler", "from 1 to 10000"],
    ["a negative rate", throttle(-1, 1), "websocket:chat", "from 0 to"],
    ["a broken burst", throttle(1, 1.5), "websocket:chat", "a whole number"],
    ["port 65,536", validate({ app: { name: "a", port: 65_536 } }), "app", "from 0 to 65535"],
  ])("refuse %s and name the range", (_, findings, subject, range) => {
    const finding = onlyFinding(findings);
    expect(finding).toMatchObject({ code: "LIMIT_INVALID", subject });
    expect(finding.message).toContain(range);
  });

  it.each<[string, readonly Finding[]]>([
    ["integrations from 50", route(50)],
    ["to 29,000 ms", route(29_000)],
    ["functions of 1", fn({ timeoutMs: 1 })],
    ["to 900,000 ms", fn({ timeoutMs: 900_000 })],
    ["128 MB", fn({ memoryMb: 128 })],
    ["half a request a second", throttle(0.5, 1)],
    ["short idle timeouts", limit({ idleTimeoutMs: 1 })],
    ["port 0", validate({ app: { name: "a", port: 0 } })],
  ])("accept %s", (_, findings) => {
    expect(findings).toEqual([]);
  });
});
