import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { commandOf, fixturesDir, processesMarked, patience } from "../fixtures/host/host-rig.ts";

/** Resolves when its functions loop. */
async function startGateway(): Promise<{ gateway: ChildProcess; mark: string }> {
  const mark = randomUUID();
  const gateway = spawn(process.execPath, [`${fixturesDir}gateway.ts`], {
    env: { ...process.env, HOLDFAST_TEST_RUN: mark },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  onTestFinished(() => {
    for (const pid of processesMarked(mark)) end(pid);
  });
  await once(gateway.stdout, "data");
  return { gateway, mark };
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It went with another.
  }
}

test.for(["SIGKILL", "SIGTERM", "SIGINT"] as const)(
  "no process outlives a gateway that ends by %s, neither endless loops nor what functions started",
  async (signal) => {
    const { gateway, mark } = await startGateway();
    const commands = processesMarked(mark).map(commandOf);
    // The gateway, the reaper, three function processes and three of templates with a launcher each, and three functions'
    // own children.
    expect(
      commands.filter((command) => command.includes("function-process.ts")).length,
    ).toBeGreaterThanOrEqual(6);
    expect(commands.filter((command) => command.startsWith("sleep"))).toHaveLength(3);
    expect(commands.filter((command) => command.includes("lambda-bootstrap"))).toHaveLength(6);

    gateway.kill(signal);
    await once(gateway, "exit");
    await expect.poll(() => processesMarked(mark).map(commandOf), patience).toEqual([]);
  },
);

test("a terminal's interrupt reaches the gateway and none of its function processes", async () => {
  const { gateway, mark } = await startGateway();
  const functionProcesses = () =>
    processesMarked(mark).filter((pid) => commandOf(pid).includes("function-process.ts"));
  const before = functionProcesses();
  // What a terminal does on Ctrl-C: a signal to the whole foreground group. 0 would be ours; the gateway leads its own.
  gateway.kill("SIGSTOP");
  process.kill(-Number(gateway.pid), "SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(functionProcesses()).toEqual(before);
  gateway.kill("SIGCONT");
  await once(gateway, "exit");
  await expect.poll(() => processesMarked(mark), patience).toEqual([]);
});
