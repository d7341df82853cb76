import { expect, test } from "vitest";
import { InvocationScope } from "./invocation-scope.ts";

test("the signal aborts when the time is up, asked for before or after", () => {
  const scope = new InvocationScope(1, "f", "r", 1_000);
  const { signal } = scope;
  expect(signal.aborted).toBe(false);
  scope.abort();
  expect(signal).toMatchObject({ aborted: true, reason: { code: "HANDLER_TIMEOUT" } });

  const late = new InvocationScope(2, "f", "r", 1_000);
  late.abort();
  expect(late.signal).toMatchObject({ aborted: true, reason: { code: "HANDLER_TIMEOUT" } });
});

test("what is left of the time shrinks, and never below zero", async () => {
  const scope = new InvocationScope(1, "f", "r", 60_000);
  expect(scope.remainingMs()).toBeGreaterThan(50_000);
  expect(scope.remainingMs()).toBeLessThanOrEqual(60_000);
  expect(new InvocationScope(2, "f", "r", -5).remainingMs()).toBe(0);
});
