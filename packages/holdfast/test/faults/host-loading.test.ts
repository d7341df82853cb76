import { expect, test } from "vitest";
import { bundleOf, functionModels, startHostRig, patience } from "../fixtures/host/host-rig.ts";

const failures: Record<string, { code: string; message: RegExp; cause?: RegExp }> = {
  "broken-throws.mjs": {
    code: "APP_EVALUATION_FAILED",
    message: /TypeError: broken while loading/,
    cause: /broken-throws\.mjs:1:7/,
  },
  "broken-no-default.mjs": { code: "APP_NO_DEFAULT_EXPORT", message: /no default export/ },
  "broken-not-an-app.mjs": { code: "APP_NO_DEFAULT_EXPORT", message: /not an App/ },
  "broken-exit.mjs": { code: "APP_EVALUATION_FAILED", message: /process\.exit\(0\) was called/ },
  "broken-late.mjs": {
    code: "APP_EVALUATION_FAILED",
    message: /thrown by a timer while loading/,
    cause: /broken-late\.mjs:2/,
  },
  "not-there.mjs": { code: "APP_EVALUATION_FAILED", message: /not-there\.mjs/ },
};

test.for(Object.entries(failures))(
  "%s: deploying it fails with the reason, and the old code goes on serving",
  async ([fixture, failure]) => {
    await using rig = startHostRig();
    await rig.deploy(functionModels("pid", "sleep"));
    const pid = await rig.value("pid");
    const underWay = rig.value("sleep", "300");
    for (const load of [
      () => rig.host.evaluate(bundleOf(fixture, 2)),
      () => rig.deploy(functionModels("pid"), fixture),
    ]) {
      const error: unknown = await load().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: failure.code,
        message: expect.stringMatching(failure.message) as string,
      });
      expect((error as Error & { cause?: Error }).cause?.stack ?? "").toMatch(failure.cause ?? /^/);
    }
    expect(await rig.value("pid")).toBe(pid);
    expect(await underWay).toBe("slept");
  },
);

test("an evaluation that another overtakes is given up, and the later one is served", async () => {
  await using rig = startHostRig();
  const first = rig.host.evaluate(bundleOf("broken-endless.mjs", 1));
  const firstFailure = first.catch((error: unknown) => error);
  const bundle = bundleOf("faults.mjs", 2);
  expect(await rig.host.evaluate(bundle)).toMatchObject({ model: { name: "faults" } });
  expect(await firstFailure).toMatchObject({ code: "APP_EVALUATION_FAILED" });
  await rig.host.deploy({ functions: functionModels("echo"), bundle, environment: {} });
  expect(await rig.value("echo", "served")).toBe("served");
});

test("a bundle may be deployed while it is still being evaluated", async () => {
  await using rig = startHostRig();
  const bundle = bundleOf();
  const evaluated = rig.host.evaluate(bundle);
  // One turn later the evaluation is under way.
  await new Promise((resolve) => setTimeout(resolve, 1));
  await rig.host.deploy({ functions: functionModels("echo"), bundle, environment: {} });
  expect(await rig.value("echo", "served")).toBe("served");
  expect(await evaluated).toMatchObject({ model: { name: "faults" } });
});

test("deployments that come at once take effect one after another, the last one last", async () => {
  await using rig = startHostRig();
  const deployments = ["revision-a.mjs", "revision-b.mjs", "revision-a.mjs", "revision-b.mjs"].map(
    (fixture) => rig.deploy(functionModels("answer0"), fixture),
  );
  await Promise.all(deployments);
  expect(await rig.value("answer0")).toEqual(["b", expect.any(Number)]);
});

test("a process that evaluated and then died is replaced when its bundle is deployed", async () => {
  await using rig = startHostRig();
  const bundle = bundleOf();
  await rig.host.evaluate(bundle);
  const before = new Set(rig.processes());
  // Whichever it is: the candidate is among those whose command is the function process, and so is the spare.
  for (const pid of before) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It went with another.
    }
  }
  await expect.poll(() => rig.processes().filter((pid) => before.has(pid)), patience).toEqual([]);
  // The host has its own way of hearing about it.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await rig.host.deploy({ functions: functionModels("echo"), bundle, environment: {} });
  expect(await rig.value("echo", "served")).toBe("served");
});

test("resources refuse to work outside a handler", async () => {
  await using rig = startHostRig();
  await rig.deploy([], "broken-uses-resource.mjs");
  await expect
    .poll(() => rig.log.entries.map(({ fields }) => fields.message), patience)
    .toContain("early: RESOURCE_OUTSIDE_HANDLER");
  expect(rig.calls).toEqual([]);
});
