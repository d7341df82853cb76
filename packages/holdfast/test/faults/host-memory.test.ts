import { expect, test } from "vitest";
import { functionModel, functionModels, startHostRig } from "../fixtures/host/host-rig.ts";

const outOfMemory = { outcome: "failed", error: { code: "FUNCTION_OUT_OF_MEMORY" } };
const limits = { sharedMemoryMb: 256 };

test.for(["fillHeap", "fillBuffers"])(
  "%s in a limited function ends that function's process only",
  async (name) => {
    await using rig = startHostRig({ limits });
    await rig.deploy([functionModel(name, { memoryMb: 200 }), ...functionModels("pid")]);
    const pid = await rig.value("pid");
    expect(await rig.invoke(name)).toMatchObject(outOfMemory);
    expect(await rig.value("pid")).toBe(pid);
  },
);

test.for(["fillHeap", "fillBuffers"])(
  "%s in the shared process ends it, and the next takes over",
  async (name) => {
    await using rig = startHostRig({ limits });
    await rig.deploy(functionModels(name, "pid"));
    const pid = await rig.value("pid");
    expect(await rig.invoke(name)).toMatchObject(outOfMemory);
    expect(await rig.value("pid")).not.toBe(pid);
  },
);

test("a limit of a function's own bounds its heap, and leaves room for what is not heap", async () => {
  await using rig = startHostRig();
  await rig.deploy([functionModel("heapLimitMb", { memoryMb: 300 })]);
  const heapMb = Number(await rig.value("heapLimitMb"));
  expect(heapMb).toBeGreaterThan(150);
  expect(heapMb).toBeLessThan(300);
});

test("garbage that was not collected yet does not count against a limit", async () => {
  await using rig = startHostRig();
  await rig.deploy([functionModel("churn", { memoryMb: 160 })]);
  expect(await rig.value("churn")).toBe(10_000);
});

test("a limited function works within its limit", async () => {
  await using rig = startHostRig();
  await rig.deploy([functionModel("echo", { memoryMb: 200 })]);
  expect(await rig.value("echo", "x".repeat(1_000_000))).toHaveLength(1_000_000);
});
