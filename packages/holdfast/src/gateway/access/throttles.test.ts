import { expect, it } from "vitest";
import { sampleApi, sampleRoute } from "../../../test/model/sample-model.ts";
import { createThrottles } from "./throttles.ts";

const one = { ratePerSecond: 1, burst: 1 };
const two = { ratePerSecond: 2, burst: 2 };
const routes = [
  sampleRoute({ key: "join" }),
  sampleRoute({ key: "say", throttling: two }),
  sampleRoute({ key: "$disconnect" }),
];

it("each route has the API's settings unless it has its own, and $disconnect none", () => {
  const throttles = createThrottles(sampleApi({ routes, throttling: one }), undefined, 0);
  expect(Object.fromEntries(Array.from(throttles, ([key, { settings }]) => [key, settings]))).toEqual({
    $connect: one,
    join: one,
    say: two,
  });
  expect([...createThrottles(sampleApi({ routes }), undefined, 0).keys()]).toEqual(["say"]);
});

it("a bucket keeps its level over a deployment that leaves its settings alone", () => {
  const before = createThrottles(sampleApi({ routes, throttling: one }), undefined, 0);
  expect([before.get("join")?.admit(0), before.get("say")?.admit(0)]).toEqual([true, true]);
  const after = createThrottles(sampleApi({ routes, throttling: two }), before, 0);
  expect(after.get("say")).toBe(before.get("say"));
  expect(after.get("join")).not.toBe(before.get("join"));
});

it("tells of refusals once a second, with how many there were", () => {
  const throttle = createThrottles(sampleApi({ routes, throttling: one }), undefined, 0).get("join");
  const refuse = (nowMs: number): number | undefined => {
    while (throttle?.admit(nowMs) === true);
    return throttle?.takeReport(nowMs);
  };
  expect([refuse(0), refuse(10), refuse(20), refuse(1000)]).toEqual([1, undefined, undefined, 3]);
});
