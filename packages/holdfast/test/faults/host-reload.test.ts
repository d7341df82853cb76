import { expect, test } from "vitest";
import type { InvocationResult } from "../../src/ports/invoker.ts";
import {
  functionModel,
  functionModels,
  startHostRig,
  type HostRig,
  patience,
} from "../fixtures/host/host-rig.ts";

const revisions = ["revision-a.mjs", "revision-b.mjs"] as const;

/** Which code answered, and in which process. */
function readAnswer(result: InvocationResult): readonly [code: string, pid: number] {
  expect(result).toMatchObject({ outcome: "returned" });
  return (result.outcome === "returned" ? result.payload : undefined) as [string, number];
}

/** Invokes until told to stop, and returns every answer with when it was asked for. */
async function keepAsking(rig: HostRig, functions: readonly string[], signal: AbortSignal) {
  const answers: { asked: number; code: string; pid: number }[] = [];
  let asked = 0;
  const ask = async (lane: number): Promise<void> => {
    for (let turn = 0; !signal.aborted; turn += 1) {
      const number = (asked += 1);
      const name = functions[(lane + turn) % functions.length] ?? "";
      const [code, pid] = readAnswer(await rig.invoke(name, turn % 3 === 0 ? "3" : ""));
      answers.push({ asked: number, code, pid });
    }
  };
  const lanes = Promise.all(Array.from({ length: 16 }, (_, lane) => ask(lane)));
  return { lastAsked: () => asked, finished: lanes.then(() => answers) };
}

test.for([1, 20])("reloads under load lose no invocation of %i functions and mix no code", async (count) => {
  await using rig = startHostRig();
  const names = Array.from({ length: count }, (_, index) => `answer${index}`);
  const functions = functionModels(...names);
  await rig.deploy(functions, revisions[0]);
  const ending = new AbortController();
  const asking = await keepAsking(rig, names, ending.signal);
  const switches: { code: string; fromAsked: number }[] = [{ code: "a", fromAsked: 0 }];
  for (let reload = 1; reload <= 6; reload += 1) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    await rig.deploy(functions, revisions[reload % 2]);
    switches.push({ code: reload % 2 === 0 ? "a" : "b", fromAsked: asking.lastAsked() + 1 });
  }
  await new Promise((resolve) => setTimeout(resolve, 150));
  ending.abort();
  const answers = await asking.finished;

  expect(answers.length).toBeGreaterThan(100);
  const processes = new Set(answers.map(({ pid }) => pid));
  const processesWithCode = new Set(answers.map(({ pid, code }) => `${pid} ${code}`));
  expect(processesWithCode.size).toBe(processes.size);
  // What was asked for after a deployment had resolved ran its code, or that of the one that came next.
  for (const { asked, code } of answers) {
    const since = switches.findLastIndex(({ fromAsked }) => asked >= fromAsked);
    expect(switches.slice(since, since + 2).map((one) => one.code)).toContain(code);
  }
  expect(answers.at(-1)?.code).toBe("a");
});

test("from the moment a deployment resolves the new code runs, and what was under way ends on the old", async () => {
  const gate = Promise.withResolvers<void>();
  await using rig = startHostRig({ call: () => gate.promise });
  await rig.deploy(functionModels("answer0"), revisions[0]);
  const [, oldPid] = readAnswer(await rig.invoke("answer0"));
  const underWay = rig.invoke("answer0", "gate");
  await rig.deploy(functionModels("answer0"), revisions[1]);
  expect(readAnswer(await rig.invoke("answer0"))[0]).toBe("b");
  expect(rig.processes()).toContain(oldPid);
  gate.resolve();
  expect(readAnswer(await underWay)).toEqual(["a", oldPid]);
  await expect.poll(() => rig.processes(), patience).not.toContain(oldPid);
});

test("what waits for its turn when new code comes runs on the new code, and is missing when that lacks it", async () => {
  const gate = Promise.withResolvers<void>();
  await using rig = startHostRig({ call: () => gate.promise });
  const single = functionModel("answer0", { concurrency: 1 });
  const gone = functionModel("answer1", { concurrency: 1 });
  await rig.deploy([single, gone], revisions[0]);
  await Promise.all([rig.invoke("answer0"), rig.invoke("answer1")]);
  const running = [rig.invoke("answer0", "gate"), rig.invoke("answer1", "gate")];
  const waiting = [rig.invoke("answer0"), rig.invoke("answer1")];
  await rig.deploy([single], revisions[1]);
  gate.resolve();
  expect((await Promise.all(running)).map((result) => readAnswer(result)[0])).toEqual(["a", "a"]);
  const [first, second] = await Promise.all(waiting);
  expect(first && readAnswer(first)[0]).toBe("b");
  expect(second).toMatchObject({ outcome: "missing", error: { code: "HANDLER_MISSING" } });
});

test("a reload does not stop the clock of what runs on the old code", async () => {
  await using rig = startHostRig();
  await rig.deploy([functionModel("never", { timeoutMs: 500 })]);
  const underWay = rig.invoke("never");
  await rig.deploy([functionModel("never", { timeoutMs: 500 })]);
  expect(await underWay).toMatchObject({ outcome: "timed-out" });
});

test("of many deployments with work under way, the oldest are killed", async () => {
  await using rig = startHostRig({ limits: { maximumDraining: 2 } });
  const underWay: Promise<InvocationResult>[] = [];
  for (let index = 0; index < 4; index += 1) {
    await rig.deploy(functionModels("never"));
    underWay.push(rig.invoke("never"));
  }
  expect(await underWay[0]).toMatchObject({ outcome: "failed", error: { code: "FUNCTION_CRASHED" } });
  const settled = await Promise.race([
    ...underWay.slice(1),
    new Promise((resolve) => setTimeout(resolve, 300)),
  ]);
  expect(settled).toBeUndefined();
});

test("a crash of the old code while it drains does not touch the new", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("exitLater", "pid"));
  const underWay = rig.invoke("exitLater");
  await rig.deploy(functionModels("pid"));
  const pid = await rig.value("pid");
  expect(await underWay).toMatchObject({ outcome: "failed", error: { code: "FUNCTION_CRASHED" } });
  expect(await rig.value("pid")).toBe(pid);
});
