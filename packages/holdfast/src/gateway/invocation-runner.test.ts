import { expect, test } from "vitest";
import { silentLog } from "../base/log.ts";
import type { InvocationEvent } from "../model/gateway-event.ts";
import type { InvocationResult } from "../ports/invoker.ts";
import { InvocationRunner } from "./invocation-runner.ts";

test.each([
  ["before the gateway's is its own fault", 99, "timed-out"],
  ["together with the gateway's is no answer, whoever notices first", 100, "no-answer"],
])("a function whose time is up %s", async (_, nowMs, outcome) => {
  const timedOut = Promise.withResolvers<InvocationResult>();
  let now = 0;
  const runner = new InvocationRunner(
    { invoke: () => timedOut.promise, forget: () => {} },
    // Its timers are late: the function's host is first to notice.
    { now: () => now, after: () => ({ cancel: () => {} }) },
    silentLog,
  );
  const settled = new Promise<{ readonly outcome: string }>((resolve) =>
    runner.run(
      { kind: "function" as const, function: "f", timeoutMs: 100 },
      { requestTimeMs: 0 } as InvocationEvent,
      resolve,
    ),
  );
  now = nowMs;
  timedOut.resolve({ outcome: "timed-out", error: { name: "Error", message: "too long" } });
  expect((await settled).outcome).toBe(outcome);
});
