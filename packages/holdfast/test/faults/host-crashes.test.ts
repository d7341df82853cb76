import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import {
  commandOf,
  functionModel,
  functionModels,
  isRunning,
  startHostRig,
  uptimeMs,
  type HostRig,
  patience,
} from "../fixtures/host/host-rig.ts";

const crashed = { outcome: "failed", error: { code: "FUNCTION_CRASHED" } };

/** What to invoke, and what must be said of it. */
const crashes: Record<string, { body?: string; says: RegExp; stack?: RegExp }> = {
  exit: { says: /process\.exit\(7\) was called/, stack: /faults\.mjs/ },
  exitLater: { says: /process\.exit\(7\) was called/, stack: /faults\.mjs/ },
  uncaught: {
    says: /nothing caught in function "uncaught": Error: nobody catches this/,
    stack: /faults\.mjs/,
  },
  unhandled: {
    says: /nothing caught in function "unhandled": Error: nobody handles this/,
    stack: /faults\.mjs/,
  },
  abort: { says: /killed by SIGABRT/ },
  "signal SIGKILL": { body: "SIGKILL", says: /killed by SIGKILL/ },
  "signal SIGSEGV": { body: "SIGSEGV", says: /killed by SIGSEGV/ },
  "signal SIGTERM": { body: "SIGTERM", says: /killed by SIGTERM/ },
  "killParent SIGTERM": { body: "SIGTERM", says: /killed by SIGTERM/ },
  "killParent SIGKILL": { body: "SIGKILL", says: /killed by SIGKILL/ },
  killGroup: { says: /killed by SIGKILL/ },
  writePipe: { says: /wrote to the pipe/ },
};

test.for(Object.entries(crashes))(
  "%s: what is under way fails at once with the cause, and the next process takes over",
  async ([name, crash]) => {
    await using rig = startHostRig();
    const [functionName = ""] = name.split(" ");
    await rig.deploy(functionModels(functionName, "pid", "sleep"));
    const pid = await rig.value("pid");
    const beside = rig.invoke("sleep", "60000");
    const result = await rig.invoke(functionName, crash.body);

    expect(result).toMatchObject(crashed);
    const error = result.outcome === "failed" ? result.error : undefined;
    expect(error?.message).toMatch(crash.says);
    expect(error?.stack ?? "").toMatch(crash.stack ?? /^$/);
    expect(error?.stack ?? "").not.toMatch(/src\/runtime|src\/host|node:/);
    expect(await beside).toMatchObject({ outcome: "failed", error: { message: error?.message } });

    const next = await rig.value("pid");
    expect(next).not.toBe(pid);
    expect(rig.log.entries).toContainEqual(
      expect.objectContaining({
        level: "error",
        event: "function-process-lost",
        fields: expect.objectContaining({ error }) as object,
      }),
    );
  },
);

test("invocations that come while the next process starts wait for it", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("exit", "echo"));
  await rig.invoke("exit");
  const bodies = Array.from({ length: 50 }, (_, index) => `waiting ${index}`);
  expect(await Promise.all(bodies.map((body) => rig.value("echo", body)))).toEqual(bodies);
});

test("an answer that was given before the process ended is not lost with it", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("echo", "exitInThisTurn"));
  await rig.value("echo");
  const [answer, exit] = await Promise.all([rig.invoke("echo", "kept"), rig.invoke("exitInThisTurn")]);
  expect(answer).toEqual({ outcome: "returned", payload: "kept" });
  expect(exit).toMatchObject(crashed);
});

test("a crash in an isolated function fails nothing else, and a crash in the shared process does not fail it", async () => {
  await using rig = startHostRig();
  const code = (handler: string) => ({ kind: "export", file: "", export: handler }) as const;
  await rig.deploy([
    ...functionModels("sleep", "exit"),
    functionModel("isolatedExit", { code: code("exit"), isolated: true }),
    functionModel("isolatedSleep", { code: code("sleep"), isolated: true }),
  ]);
  const shared = rig.invoke("sleep", "60000");
  const isolated = rig.value("isolatedSleep", "1500");
  expect(await rig.invoke("isolatedExit")).toMatchObject(crashed);
  expect(await rig.value("sleep", "1")).toBe("slept");
  expect(await rig.invoke("exit")).toMatchObject(crashed);
  expect(await shared).toMatchObject(crashed);
  expect(await isolated).toBe("slept");
});

test("everything a function printed before its process was killed is in the log", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("printAndDie"));
  expect(await rig.invoke("printAndDie")).toMatchObject(crashed);
  // The log keeps the newest 10,000.
  const printed = rig.log.entries
    .filter(({ event }) => event === "function-log")
    .map(({ fields }) => fields.message);
  expect(printed.at(-1)).toMatch(/^line 19999 /);
  expect(printed.length).toBeGreaterThan(9_000);
});

test("children that a function left behind end with its process", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("grandchild", "exit"));
  const grandchild = Number(await rig.value("grandchild"));
  expect(isRunning(grandchild)).toBe(true);
  await rig.invoke("exit");
  await expect.poll(() => isRunning(grandchild), patience).toBe(false);
});

test.for(["the gateway's process", "its group", "every process", "the reaper"])(
  "process.kill of %s is refused",
  async (whom) => {
    await using rig = startHostRig();
    await rig.deploy(functionModels("probe", "echo"));
    const target =
      { "the gateway's process": process.pid, "its group": -process.pid, "every process": -1 }[whom] ??
      reaperPid(rig);
    const result = await rig.invoke("probe", String(target));
    expect(result).toMatchObject({ outcome: "failed", error: { code: "HANDLER_THREW" } });
    expect(result.outcome === "failed" && result.error.message).toContain("EPERM");
    expect(await rig.value("echo", "alive")).toBe("alive");
  },
);

function reaperPid(rig: HostRig): number {
  const [pid, ...others] = reaperPids(rig);
  expect(others).toEqual([]);
  return pid ?? 0;
}

function reaperPids(rig: HostRig): number[] {
  return rig.processes().filter((pid) => commandOf(pid).includes("holdfast-reaper"));
}

test("a reaper that was killed is replaced", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("echo"));
  const first = reaperPid(rig);
  await expect.poll(() => uptimeMs(first), patience).toBeGreaterThan(1_500);
  process.kill(first, "SIGKILL");
  await expect.poll(() => reaperPids(rig).filter((pid) => pid !== first), patience).toHaveLength(1);
  expect(await rig.value("echo", "alive")).toBe("alive");
});

test("a bundle that crashes on every later load fails invocations with the cause, and is tried again", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-host-"));
  const crashFile = path.join(folder, "crash");
  {
    await using rig = startHostRig({
      environment: { CRASH_FILE: crashFile },
      limits: { maximumBackoffMs: 2_000 },
    });
    await rig.deploy(functionModels("pid", "exit"), "crash-second-load.mjs");
    expect(existsSync(crashFile)).toBe(true);
    await rig.invoke("exit");
    const waited = await rig.invoke("pid");
    expect(waited).toMatchObject({ outcome: "failed", error: { code: "APP_EVALUATION_FAILED" } });
    const error = waited.outcome === "failed" ? waited.error : undefined;
    expect(error?.message).toContain("crashed on a later load");
    expect(error?.stack).toMatch(/^Error: crashed on a later load\n +at .*crash-second-load\.mjs:\d+:\d+$/);
    // While it is not tried again nobody waits: one after another, these would wait for many seconds.
    const askedAt = performance.now();
    for (let turn = 0; turn < 20; turn += 1) {
      expect(await rig.invoke("pid")).toMatchObject({ error: { code: "APP_EVALUATION_FAILED" } });
    }
    expect(performance.now() - askedAt).toBeLessThan(10_000);

    await rm(crashFile);
    await expect.poll(() => rig.invoke("pid"), patience).toMatchObject({ outcome: "returned" });
  }
  await rm(folder, { recursive: true });
});

test("a process that crashes again and again is not started in a tight loop", async () => {
  await using rig = startHostRig({ limits: { maximumBackoffMs: 400 } });
  await rig.deploy(functionModels("exit", "pid"));
  const startedAt = performance.now();
  for (let crash = 0; crash < 6; crash += 1) expect(await rig.invoke("exit")).toMatchObject(crashed);
  // The pauses before the sixth: 0, 50, 100, 200, 400.
  expect(performance.now() - startedAt).toBeGreaterThan(700);
  expect(await rig.value("pid")).toBeTypeOf("number");
});

test("a function's connections close when it crashes, and ours do not", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("connect", "exit"));
  let closed = 0;
  const server = createServer((socket) => socket.on("error", () => {}).on("close", () => (closed += 1)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const connected = new Promise((resolve) => server.once("connection", resolve));
  const held = rig.invoke("connect", String((server.address() as AddressInfo).port));
  await connected;
  await rig.invoke("exit");
  expect(await held).toMatchObject(crashed);
  await expect.poll(() => closed, patience).toBe(1);
  expect(server.listening).toBe(true);
  await new Promise((resolve) => server.close(resolve));
});
