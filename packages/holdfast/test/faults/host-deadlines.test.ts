import { expect, test } from "vitest";
import {
  functionModel,
  functionModels,
  messageEvent,
  startHostRig,
  patience,
} from "../fixtures/host/host-rig.ts";

const timedOut = { outcome: "timed-out", error: { code: "HANDLER_TIMEOUT" } };
const crashed = { outcome: "failed", error: { code: "FUNCTION_CRASHED" } };

test("at its deadline the caller hears, the handler's signal aborts, and its process lives on", async () => {
  await using rig = startHostRig({ limits: { blockedAfterMs: 10_000 } });
  await rig.deploy([functionModel("untilAborted", { timeoutMs: 200 }), ...functionModels("pid")]);
  const pid = await rig.value("pid");
  const startedAt = performance.now();
  expect(await rig.invoke("untilAborted")).toMatchObject(timedOut);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(195);
  // What it asks for after its time is up is refused, so that it is not carried out for nobody.
  expect(rig.calls).toEqual([]);
  expect(await rig.value("pid")).toBe(pid);
});

test("deadlines of different lengths are kept, whatever is under way beside them", async () => {
  await using rig = startHostRig();
  const never = { kind: "export", file: "", export: "never" } as const;
  const timeouts = [600, 150, 300];
  await rig.deploy(
    timeouts.map((timeoutMs) => functionModel(`never${timeoutMs}`, { code: never, timeoutMs })),
  );
  await Promise.all(
    timeouts.map(async (timeoutMs) => {
      const startedAt = performance.now();
      expect(await rig.invoke(`never${timeoutMs}`)).toMatchObject(timedOut);
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(timeoutMs - 5);
    }),
  );
});

test("an answer that comes after the deadline is dropped", async () => {
  await using rig = startHostRig({ limits: { blockedAfterMs: 10_000 } });
  await rig.deploy([functionModel("sleep", { timeoutMs: 100 }), ...functionModels("echo")]);
  expect(await rig.invoke("sleep", "200")).toMatchObject(timedOut);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await rig.value("echo", "alive")).toBe("alive");
});

test("an endless loop times out, then costs the process's other invocations, and what comes meanwhile runs in the next process", async () => {
  await using rig = startHostRig();
  await rig.deploy([functionModel("loop", { timeoutMs: 300 }), ...functionModels("sleep", "echo", "pid")]);
  const pid = await rig.value("pid");
  const beside = rig.invoke("sleep", "60000");
  const loop = rig.invoke("loop");
  const behind = rig.invoke("echo", "sent before anybody knew");
  expect(await loop).toMatchObject(timedOut);
  expect(await rig.value("echo", "sent after")).toBe("sent after");
  const lost = await behind;
  expect(lost).toMatchObject(crashed);
  expect(lost.outcome === "failed" && lost.error.message).toContain('"loop"');
  expect(await beside).toMatchObject(crashed);
  expect(await rig.value("pid")).not.toBe(pid);
});

test("an endless loop in an isolated function leaves the shared process untouched, and the other way round", async () => {
  await using rig = startHostRig();
  const loop = { kind: "export", file: "", export: "loop" } as const;
  await rig.deploy([
    functionModel("isolatedLoop", { code: loop, isolated: true, timeoutMs: 300 }),
    functionModel("isolatedPid", { code: { ...loop, export: "pid" }, isolated: true }),
    functionModel("loop", { timeoutMs: 300 }),
    ...functionModels("pid", "sleep"),
  ]);
  const pid = await rig.value("pid");
  const beside = rig.value("sleep", "1200");
  expect(await rig.invoke("isolatedLoop")).toMatchObject(timedOut);
  expect(await rig.invoke("isolatedLoop")).toMatchObject({
    outcome: expect.stringMatching(/timed-out|failed/) as string,
  });
  expect(await rig.value("pid")).toBe(pid);
  expect(await beside).toBe("slept");

  const isolatedPid = await rig.value("isolatedPid");
  expect(await rig.invoke("loop")).toMatchObject(timedOut);
  expect(await rig.value("isolatedPid")).toBe(isolatedPid);
  expect(await rig.invoke("pid")).toMatchObject({
    outcome: expect.stringMatching(/returned|failed/) as string,
  });
  expect(await rig.value("isolatedPid")).toBe(isolatedPid);
});

test("a process that was stopped counts as blocked", async () => {
  await using rig = startHostRig();
  await rig.deploy([functionModel("signal", { timeoutMs: 200 }), ...functionModels("pid")]);
  const pid = await rig.value("pid");
  expect(await rig.invoke("signal", "SIGSTOP")).toMatchObject(timedOut);
  await expect.poll(() => rig.invoke("pid"), patience).toMatchObject({ outcome: "returned" });
  expect(await rig.value("pid")).not.toBe(pid);
});

test("an invocation that waits for its turn times out too", async () => {
  await using rig = startHostRig();
  await rig.deploy([functionModel("sleep", { concurrency: 1, timeoutMs: 400 })]);
  const first = rig.invoke("sleep", "60000");
  const second = await rig.invoke("sleep", "1");
  expect(second).toMatchObject(timedOut);
  expect(second.outcome === "timed-out" && second.error.message).toContain("did not start");
  expect(await first).toMatchObject(timedOut);
});

test("a handler that runs on after its deadline loses its place: a function that may run once is replaced", async () => {
  await using rig = startHostRig({ limits: { blockedAfterMs: 200 } });
  const code = (handler: string) => ({ kind: "export", file: "", export: handler }) as const;
  await rig.deploy([functionModel("single", { code: code("never"), concurrency: 1, timeoutMs: 300 })]);
  const before = rig.processes().filter((pid) => pid !== process.pid);
  expect(await rig.invoke("single")).toMatchObject(timedOut);
  // Each needs the place of the one before.
  expect(await rig.invoke("single")).toMatchObject(timedOut);
  expect(await rig.invoke("single")).toMatchObject(timedOut);
  await expect
    .poll(() => before.filter((pid) => rig.processes().includes(pid)).length, patience)
    .toBeLessThan(before.length);
});

test("a shared process in which too many handlers run on is replaced", async () => {
  await using rig = startHostRig({ limits: { blockedAfterMs: 100, maximumAbandoned: 3 } });
  await rig.deploy([functionModel("never", { timeoutMs: 100 }), ...functionModels("pid")]);
  const pid = await rig.value("pid");
  await Promise.all([1, 2, 3].map(() => rig.invoke("never")));
  await expect.poll(() => rig.value("pid"), patience).not.toBe(pid);
});

test("a bundle that does not finish loading is given up", async () => {
  await using rig = startHostRig({ limits: { evaluationTimeoutMs: 500 } });
  for (const fixture of ["broken-endless.mjs", "broken-loop.mjs"]) {
    await expect(rig.deploy([], fixture)).rejects.toMatchObject({ code: "APP_EVALUATION_TIMEOUT" });
  }
});

test("thousands under way at once each get their own answer", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("echo"));
  const bodies = Array.from({ length: 5_000 }, (_, index) => `body ${index}`);
  const results = await Promise.all(bodies.map((body) => rig.host.invoke("echo", messageEvent(body))));
  expect(results).toEqual(bodies.map((payload) => ({ outcome: "returned", payload })));
});
