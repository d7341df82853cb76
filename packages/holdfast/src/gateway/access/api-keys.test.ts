import { expect, it } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import type { UsagePlan } from "../../model/app-model.ts";
import { ApiKeys } from "./api-keys.ts";
import { periodOf } from "./quota-count.ts";

const hourMs = 60 * 60 * 1000;
const key = { name: "partner", value: "the-value", enabled: true };
const plan: UsagePlan = { name: "basic", keys: ["partner", "other"], apis: ["chat"] };

function known(change: Partial<UsagePlan> = {}, clock = new ManualClock()): ApiKeys {
  const keys = new ApiKeys(clock);
  keys.define([key, { ...key, name: "other", value: "other-value" }], [{ ...plan, ...change }]);
  return keys;
}

it("a key opens the APIs of its plan", () => {
  expect(known().use("the-value", "chat")).toEqual({ kind: "ok", keyName: "partner" });
  expect(known().use("the-value", "admin")).toEqual({ kind: "no-plan", keyName: "partner" });
  expect(known({ keys: [] }).use("the-value", "chat")).toMatchObject({ kind: "no-plan" });
});

it("none, an empty one, an unknown one and its name open nothing, nor does a disabled one", () => {
  const keys = known();
  expect([undefined, "", "partner", "the-valu"].map((value) => keys.use(value, "chat").kind)).toEqual([
    "missing",
    "missing",
    "unknown",
    "unknown",
  ]);
  keys.define([{ ...key, enabled: false }], [plan]);
  expect(keys.use("the-value", "chat")).toEqual({ kind: "disabled", keyName: "partner" });
});

it("a plan throttles each key by itself, and what is throttled is not counted", () => {
  const clock = new ManualClock();
  const throttling = { ratePerSecond: 1, burst: 1 };
  const keys = known({ throttling, quota: { requests: 2, period: "day" } }, clock);
  const use = (value = "the-value"): string => keys.use(value, "chat").kind;
  expect([use(), use(), use("other-value")]).toEqual(["ok", "throttled", "ok"]);
  clock.advance(1000);
  expect([use(), use()]).toEqual(["ok", "quota"]);
});

it("a quota begins anew with its day, and stays used over a deployment", () => {
  const clock = new ManualClock(23 * hourMs);
  const quota = { requests: 1, period: "day" } as const;
  const keys = known({ quota }, clock);
  const use = (): string => keys.use("the-value", "chat").kind;
  expect([use(), use()]).toEqual(["ok", "quota"]);
  keys.define([key], [{ ...plan, quota, throttling: { ratePerSecond: 9, burst: 9 } }]);
  expect(use()).toBe("quota");
  clock.advance(hourMs);
  expect([use(), use()]).toEqual(["ok", "quota"]);
});

it("weeks begin on Monday and months on the first, at midnight UTC", () => {
  const at = (time: string): number => Date.parse(`${time}Z`);
  const isSame = (period: "week" | "month", a: string, b: string): boolean =>
    periodOf(period, at(a)) === periodOf(period, at(b));
  expect(isSame("week", "2026-09-21T00:00:00", "2026-09-27T23:59:59")).toBe(true);
  expect(isSame("week", "2026-09-27T23:59:59", "2026-09-28T00:00:00")).toBe(false);
  expect(isSame("month", "2026-09-01T00:00:00", "2026-09-30T23:59:59")).toBe(true);
  expect(isSame("month", "2026-09-30T23:59:59", "2026-10-01T00:00:00")).toBe(false);
});
