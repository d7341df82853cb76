import { expect, test } from "vitest";
import { ConditionFailedError, GoneError } from "../../src/base/errors.ts";
import { functionModel, functionModels, startHostRig, patience } from "../fixtures/host/host-rig.ts";

function callBody(resource: string, operation: string, argument: unknown): string {
  return JSON.stringify({ resource, operation, argument });
}

test("a call reaches the resource in the name of the function that the host knows", async () => {
  await using rig = startHostRig({ call: ({ argument }) => ({ got: argument }) });
  await rig.deploy(functionModels("call"));
  expect(await rig.value("call", callBody("table:games", "put", { item: 1 }))).toEqual({ got: { item: 1 } });
  expect(rig.calls).toEqual([
    { function: "call", resource: "table:games", operation: "put", argument: { item: 1 } },
  ]);
});

test("bytes cross both ways as bytes", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("callBytes"));
  expect(await rig.value("callBytes")).toEqual([
    true,
    [0, 1, 255],
    "116,101,120,116",
    { $bytes: "plain text of the user's" },
  ]);
  expect(rig.calls[0]?.argument).toMatchObject({ bytes: new Uint8Array([0, 1, 255]) });
});

test("an error of a resource arrives as what it was, with the stack of the call", async () => {
  await using rig = startHostRig({
    call: () => {
      throw new GoneError("c9");
    },
  });
  await rig.deploy(functionModels("callRefused"));
  expect(await rig.value("callRefused")).toEqual({
    code: "CONNECTION_GONE",
    connectionId: "c9",
    isHere: true,
  });
});

test("an error that a handler lets through keeps its code", async () => {
  await using rig = startHostRig({
    call: () => {
      throw new ConditionFailedError("was there already", { index: 2 });
    },
  });
  await rig.deploy(functionModels("call"));
  expect(await rig.invoke("call", callBody("table:a", "put", {}))).toMatchObject({
    outcome: "failed",
    error: { code: "CONDITION_FAILED", index: 2 },
  });
});

test("a fault of ours is logged whole, and reaches the function as INTERNAL", async () => {
  await using rig = startHostRig({
    call: () => {
      throw new RangeError("our own mistake");
    },
  });
  await rig.deploy(functionModels("call"));
  expect(await rig.invoke("call", callBody("table:a", "get", {}))).toMatchObject({
    error: { code: "INTERNAL" },
  });
  expect(rig.log.entries).toContainEqual(
    expect.objectContaining({ level: "error", event: "resource-call-failed" }),
  );
});

test.for(["circular", "bigint"])(
  "an argument that cannot cross (%s) is refused where it is given",
  async (kind) => {
    await using rig = startHostRig();
    await rig.deploy(functionModels("callInvalid"));
    expect(await rig.value("callInvalid", kind)).toBe("RESOURCE_ARGUMENT_INVALID");
    expect(rig.calls).toEqual([]);
  },
);

test("calls that a handler does not await are carried out, however many, and few at a time", async () => {
  let underWay = 0;
  let most = 0;
  const seen = new Set<unknown>();
  await using rig = startHostRig({
    limits: { maximumCalls: 500 },
    call: async ({ argument }) => {
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= 1;
      seen.add(argument);
    },
  });
  await rig.deploy(functionModels("callUnawaited", "echo"));
  await rig.value("callUnawaited", "20000");
  await expect.poll(() => seen.size, patience).toBe(20_000);
  expect(most).toBe(500);
  expect(await rig.value("echo", "alive")).toBe("alive");
});

test("a function that is kept waiting by a slow resource is not taken for a blocked one", async () => {
  await using rig = startHostRig({
    limits: { maximumCalls: 10 },
    call: () => new Promise((resolve) => setTimeout(resolve, 2_500)),
  });
  await rig.deploy([
    functionModel("callUnawaited"),
    functionModel("never", { timeoutMs: 200 }),
    ...functionModels("pid"),
  ]);
  const pid = await rig.value("pid");
  void rig.invoke("callUnawaited", "20");
  expect(await rig.invoke("never")).toMatchObject({ outcome: "timed-out" });
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  expect(await rig.value("pid")).toBe(pid);
});

test("after its answer, and after its deadline, a handler's calls are refused", async () => {
  await using rig = startHostRig({ limits: { blockedAfterMs: 10_000 } });
  await rig.deploy([...functionModels("callLater"), functionModel("callAfterTimeout", { timeoutMs: 100 })]);
  const refusals = () =>
    rig.log.entries.filter(({ fields }) => fields.message === "late call: RESOURCE_OUTSIDE_HANDLER");
  await rig.value("callLater");
  await expect.poll(refusals, patience).toHaveLength(1);
  expect(await rig.invoke("callAfterTimeout")).toMatchObject({ outcome: "timed-out" });
  await expect.poll(refusals, patience).toHaveLength(2);
  expect(rig.calls).toEqual([]);
});
