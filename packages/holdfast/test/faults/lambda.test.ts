import { expect, test } from "vitest";
import { HoldfastError } from "../../src/base/errors.ts";
import { isRunning, patience } from "../fixtures/host/host-rig.ts";
import {
  findFixtureRuntime,
  lambdaModel,
  startLambdaRig,
  type LambdaRig,
} from "../fixtures/host/lambda-rig.ts";

/** Resolves when so many invocations have begun. */
async function begun(rig: LambdaRig, count: number): Promise<void> {
  const starts = () => rig.log.entries.filter(({ fields }) => fields.message?.startsWith("START ") === true);
  await expect.poll(() => starts().length, patience).toBe(count);
}

const crashed = { outcome: "failed", error: { code: "FUNCTION_CRASHED" } };

test.for(["hang", "block"])(
  "a handler that does not finish (%s) times out, and its process is replaced",
  async (handler) => {
    await using rig = startLambdaRig();
    await rig.deployLambdas([lambdaModel("slow", { handler, timeoutMs: 300 }), lambdaModel("echo")]);
    expect(await rig.invoke("slow")).toMatchObject({
      outcome: "timed-out",
      error: { code: "HANDLER_TIMEOUT", message: 'Function "slow" did not finish within 300 ms' },
    });
    expect(await rig.invoke("slow")).toMatchObject({ outcome: "timed-out" });
    expect(await rig.value("echo", "alive")).toBe("alive");
    const lines = rig.log.entries.map(({ fields }) => String(fields.message));
    expect(
      lines.filter((line) => /^\d{4}-.*Z [0-9a-f-]{36} Task timed out after 0\.30 seconds$/.test(line)),
    ).toHaveLength(2);
    await expect
      .poll(() =>
        rig.log.entries.filter(({ fields }) => /^REPORT .*\tStatus: timeout$/.test(String(fields.message))),
      )
      .toHaveLength(2);
  },
);

test("a process that has answered and does not ask for work again is killed when its time is up", async () => {
  await using rig = startLambdaRig();
  const environment = { ANSWER: "and-stay" };
  await rig.deployLambdas([lambdaModel("pid", { environment, timeoutMs: 400, concurrency: 1 })]);
  const first = await rig.value("pid");
  expect(await rig.value("pid")).not.toBe(first);
});

test.for(["exit", "kill", "killParent"])(
  "a process that ends (%s) fails its invocation, and another takes over",
  async (handler) => {
    await using rig = startLambdaRig();
    await rig.deployLambdas([lambdaModel("ends", { handler }), lambdaModel("pid")]);
    const pid = await rig.value("pid");
    expect(await rig.invoke("ends")).toMatchObject(crashed);
    expect(await rig.invoke("ends")).toMatchObject(crashed);
    expect(await rig.value("pid")).toBe(pid);
    expect(rig.log.entries.filter(({ event }) => event === "function-process-lost")).toHaveLength(2);
  },
);

test("what a crash says names the function and the exit code", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("exit")]);
  expect(await rig.invoke("exit")).toMatchObject({
    error: { message: 'The process of function "exit" ended: with exit code 7' },
  });
});

test("the process of an idle function that dies is replaced when it is needed", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("pid")]);
  const first = Number(await rig.value("pid"));
  process.kill(first, "SIGKILL");
  await expect.poll(() => isRunning(first), patience).toBe(false);
  await expect
    .poll(() => rig.log.entries.map(({ event }) => event), patience)
    .toContain("function-process-lost");
  expect(await rig.value("pid")).not.toBe(first);
});

test("a process that ends before it asks for work fails who waits, and again after a pause", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("echo", { environment: { INIT: "exit" } })]);
  const failed = { ...crashed, error: { message: 'The process of function "echo" ended: with exit code 3' } };
  for (let time = 0; time < 4; time += 1) expect(await rig.invoke("echo")).toMatchObject(failed);
  expect(rig.log.entries).toContainEqual({
    level: "warn",
    event: "function-output",
    fields: { function: "echo", stream: "stderr", message: "cannot begin" },
  });
  // In the pause after the second, the reason is at hand.
  const starts = rig.log.entries.filter(({ event }) => event === "function-process-lost");
  expect(starts.length).toBeLessThanOrEqual(4);
});

test("an error at initialisation is reported as it is, to all who wait", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("echo", { environment: { INIT: "error" } })]);
  const failed = {
    outcome: "failed",
    error: { name: "Runtime.ImportModuleError", message: "no such module", stack: "a\nb" },
  };
  const results = await Promise.all([rig.invoke("echo"), rig.invoke("echo"), rig.invoke("echo")]);
  for (const result of results) expect(result).toMatchObject(failed);
});

test("the time to initialise is not the function's, up to a limit, and then it is", async () => {
  await using rig = startLambdaRig({ limits: { lambdaInitMs: 1_500 } });
  const environment = { INIT: "slow", INIT_MS: "600" };
  await rig.deployLambdas([
    lambdaModel("echo", { environment, timeoutMs: 500 }),
    lambdaModel("pid", { environment: { INIT: "never" }, timeoutMs: 200 }),
  ]);
  expect(await rig.value("echo", "slow to begin")).toBe("slow to begin");
  expect(await rig.invoke("pid")).toMatchObject({ outcome: "timed-out", error: { code: "HANDLER_TIMEOUT" } });
});

test("an invocation for which no process becomes free is timed out", async () => {
  await using rig = startLambdaRig({ limits: { lambdaWaitMs: 200 } });
  await rig.deployLambdas([lambdaModel("sleep", { concurrency: 1, timeoutMs: 1_500 })]);
  await rig.value("sleep", "0");
  const [first, second, third] = await Promise.all(
    ["1300", "1300", "0"].map((ms) => rig.invoke("sleep", ms)),
  );
  expect(first).toMatchObject({ outcome: "returned" });
  expect(second).toMatchObject({ outcome: "returned" });
  expect(third).toMatchObject({
    outcome: "timed-out",
    error: { message: 'Function "sleep" did not start within 1500 ms: all its processes were busy' },
  });
});

test("a process with nothing to do ends after a while, and the next invocation starts another", async () => {
  await using rig = startLambdaRig({ limits: { lambdaIdleMs: 200 } });
  await rig.deployLambdas([lambdaModel("pid")]);
  const first = Number(await rig.value("pid"));
  await expect.poll(() => isRunning(first), patience).toBe(false);
  expect(await rig.value("pid")).not.toBe(first);
  expect(rig.log.entries.filter(({ level }) => level === "error")).toEqual([]);
});

test.runIf(process.platform === "linux")(
  "what a function started in a session of its own ends with its process",
  async () => {
    await using rig = startLambdaRig();
    await rig.deployLambdas([lambdaModel("detach")]);
    const daemon = Number(await rig.value("detach"));
    expect(isRunning(daemon)).toBe(true);
    await rig.deployLambdas([]);
    await expect.poll(() => isRunning(daemon), patience).toBe(false);
    // What one leaves that ends by itself goes with the host; that nothing is left, the rig looks at.
    await rig.deployLambdas([lambdaModel("detachAndExit")]);
    expect(await rig.invoke("detachAndExit")).toMatchObject(crashed);
  },
);

test("beyond so many processes in all, the one ends that has rested longest", async () => {
  await using rig = startLambdaRig({ limits: { maximumLambdaProcessesInAll: 2 } });
  await rig.deployLambdas(["a", "b", "c"].map((name) => lambdaModel(name, { handler: "sleep" })));
  const [a, b] = [await rig.value("a", "0"), await rig.value("b", "0")];
  // For so long that b rests by then.
  expect(await rig.value("a", "200")).toBe(a);
  const c = await rig.value("c", "0");
  await expect.poll(() => isRunning(Number(b)), patience).toBe(false);
  expect([await rig.value("a", "0"), await rig.value("c", "0")]).toEqual([a, c]);
  expect(await rig.value("b", "0")).not.toBe(b);
  expect(rig.log.entries.filter(({ level }) => level === "error")).toEqual([]);
});

test("there are more processes than that while more is under way, and no longer", async () => {
  await using rig = startLambdaRig({ limits: { maximumLambdaProcessesInAll: 1 } });
  const names = ["a", "b", "c"];
  await rig.deployLambdas(names.map((name) => lambdaModel(name, { handler: "sleep", timeoutMs: 20_000 })));
  const underWay = names.map((name) => rig.value(name, "1500"));
  await begun(rig, 3);
  const pids = await Promise.all(underWay);
  expect(new Set(pids).size).toBe(3);
  const running = () => pids.filter((pid) => isRunning(Number(pid)));
  await expect.poll(() => running().length, patience).toBe(1);
});

test("no invocation is lost while processes make room for each other", async () => {
  await using rig = startLambdaRig({ limits: { maximumLambdaProcessesInAll: 2 } });
  const names = Array.from({ length: 6 }, (_, index) => `f${index}`);
  await rig.deployLambdas(names.map((name) => lambdaModel(name, { handler: "echo", timeoutMs: 20_000 })));
  const all = Array.from({ length: 60 }, (_, index) =>
    rig.value(names[(index * 7) % names.length] ?? "", `${index}`),
  );
  expect(await Promise.all(all)).toEqual(all.map((_, index) => `${index}`));
  for (const name of [...names, ...names]) expect(await rig.value(name, name)).toBe(name);
  expect(rig.log.entries.filter(({ level }) => level === "error")).toEqual([]);
});

test("a process that passes its function's memory is killed, and says so", async () => {
  await using rig = startLambdaRig({ limits: { lambdaMemoryAllowanceMb: 32 } });
  await rig.deployLambdas([lambdaModel("fill", { memoryMb: 128 }), lambdaModel("pid")]);
  const pid = await rig.value("pid");
  expect(await rig.invoke("fill")).toMatchObject({
    outcome: "failed",
    error: { code: "FUNCTION_OUT_OF_MEMORY" },
  });
  expect(await rig.value("pid")).toBe(pid);
});

test("a deployment leaves the processes of functions that stay as they are, and replaces the others", async () => {
  await using rig = startLambdaRig();
  const pid = { handler: "pid" };
  const models = ["same", "edited", "changed", "gone"].map((name) => lambdaModel(name, pid));
  await rig.deployLambdas(models, { same: "1", edited: "1" });
  const before = await Promise.all(models.map(({ name }) => rig.value(name)));
  await rig.deployLambdas(
    [
      lambdaModel("same", pid),
      lambdaModel("edited", pid),
      lambdaModel("changed", { ...pid, timeoutMs: 9_000 }),
    ],
    { same: "1", edited: "2" },
  );
  const after = await Promise.all(["same", "edited", "changed"].map((name) => rig.value(name)));
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
  expect(after[2]).not.toBe(before[2]);
  await expect
    .poll(() => before.map((one) => isRunning(Number(one))), patience)
    .toEqual([true, false, false, false]);
  expect(await rig.invoke("gone")).toMatchObject({ outcome: "missing" });
});

test("another environment of the deployment's replaces every process", async () => {
  await using rig = startLambdaRig();
  const functions = [lambdaModel("pid")];
  await rig.host.deploy({ functions, environment: { COLOUR: "red" } });
  const first = await rig.value("pid");
  await rig.host.deploy({ functions, environment: { COLOUR: "blue" } });
  expect(await rig.value("pid")).not.toBe(first);
});

test("what is under way when newer code comes finishes on the old; what waits runs on the new", async () => {
  await using rig = startLambdaRig();
  const model = lambdaModel("sleep", { concurrency: 1 });
  await rig.deployLambdas([model], { sleep: "1" });
  const old = await rig.value("sleep", "0");
  const underWay = rig.value("sleep", "500");
  await begun(rig, 2);
  const waiting = rig.value("sleep", "0");
  await rig.deployLambdas([model], { sleep: "2" });
  expect(await waiting).not.toBe(old);
  expect(await underWay).toBe(old);
  await expect.poll(() => isRunning(Number(old)), patience).toBe(false);
});

test("what stays goes on through a deployment, under way and waiting", async () => {
  await using rig = startLambdaRig();
  const model = lambdaModel("sleep", { concurrency: 1 });
  await rig.deployLambdas([model], { sleep: "1" });
  const pid = await rig.value("sleep", "0");
  const both = Promise.all([rig.value("sleep", "300"), rig.value("sleep", "0")]);
  await begun(rig, 2);
  await rig.deployLambdas([model, lambdaModel("echo")], { sleep: "1" });
  expect(await both).toEqual([pid, pid]);
});

test("closing waits for what is under way, and ends the rest, those that start included", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([
    lambdaModel("sleep"),
    lambdaModel("hang"),
    lambdaModel("echo", { environment: { INIT: "never" } }),
  ]);
  await rig.value("sleep", "0");
  const short = rig.invoke("sleep", "200");
  const hanging = rig.invoke("hang");
  const starting = rig.invoke("echo");
  await rig.host.close(1_500);
  expect(await short).toMatchObject({ outcome: "returned" });
  expect(await hanging).toMatchObject(crashed);
  expect(await starting).toMatchObject(crashed);
  expect(rig.processes()).toEqual([]);
});

test("a runtime that comes to be installed is found at the next try", async () => {
  let isInstalled = false;
  await using rig = startLambdaRig({
    findRuntime: (fn, options) =>
      isInstalled
        ? findFixtureRuntime(fn, options)
        : Promise.reject(new HoldfastError("RUNTIME_MISSING", "not installed")),
  });
  await rig.deployLambdas([lambdaModel("echo")]);
  expect(await rig.invoke("echo")).toMatchObject({ error: { code: "RUNTIME_MISSING" } });
  isInstalled = true;
  expect(await rig.value("echo", "there")).toBe("there");
});
