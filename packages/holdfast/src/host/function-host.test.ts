import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import {
  bundleOf,
  fixturesDir,
  functionModel,
  functionModels,
  messageEvent,
  startHostRig,
  patience,
} from "../../test/fixtures/host/host-rig.ts";

test("a function gets the event and its answer comes back", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("echo", "event", "nothing"));
  expect(await rig.value("echo", "hello")).toBe("hello");
  expect(await rig.value("event", "é€😀")).toEqual(messageEvent("é€😀"));
  expect(await rig.value("nothing")).toBeUndefined();
});

test("a handler knows its function and how long it has", async () => {
  await using rig = startHostRig();
  await rig.deploy([functionModel("remaining", { timeoutMs: 10_000 })]);
  const [name, remainingMs] = (await rig.value("remaining")) as [string, number];
  expect(name).toBe("remaining");
  expect(remainingMs).toBeGreaterThan(1_000);
  expect(remainingMs).toBeLessThanOrEqual(10_000);
});

test("connect, disconnect and HTTP events arrive as they are", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("event"));
  const { connection, requestId, requestTimeMs } = messageEvent();
  const events = [
    {
      kind: "connect",
      headers: [["a", "b"]],
      query: [],
      traceId: "t",
      secure: false,
      port: 1,
      connection,
      routeKey: "$connect",
      requestId,
      requestTimeMs,
    },
    {
      kind: "disconnect",
      statusCode: 1000,
      reason: "bye",
      connection,
      routeKey: "$disconnect",
      requestId,
      requestTimeMs,
    },
    {
      kind: "http",
      method: "GET",
      url: "http://x/",
      headers: [],
      pathParameters: {},
      sourceIp: "::1",
      body: "",
      isBase64Encoded: false,
      routeKey: "GET /",
      requestId,
      requestTimeMs,
    },
  ] as const;
  for (const event of events) {
    expect(await rig.host.invoke("event", event)).toEqual({ outcome: "returned", payload: event });
  }
});

test("functions that agree share a process; isolated and limited ones and those with an environment have their own", async () => {
  await using rig = startHostRig();
  const pid = { code: { kind: "export", file: "", export: "pid" } } as const;
  await rig.deploy([
    functionModel("a", pid),
    functionModel("b", pid),
    functionModel("isolated", { ...pid, isolated: true }),
    functionModel("small", { ...pid, memoryMb: 256 }),
    functionModel("single", { ...pid, concurrency: 1 }),
    functionModel("coloured", { ...pid, environment: { COLOUR: "red" } }),
    functionModel("coloured2", { ...pid, environment: { COLOUR: "red" } }),
  ]);
  const names = ["a", "isolated", "small", "single", "coloured"];
  const pids = await Promise.all(names.map((name) => rig.value(name)));
  expect(new Set(pids).size).toBe(names.length);
  expect(await rig.value("b")).toBe(pids[0]);
  expect(await rig.value("coloured2")).toBe(pids[4]);
  expect(await rig.value("isolated")).toBe(pids[1]);
});

test("a function sees the host's environment, over it the deployment's, over it its own, and runs in the app's folder", async () => {
  await using rig = startHostRig({ environment: { FROM: "host", HOST: "1" } });
  const environment = { FROM: "deployment", DEPLOYMENT: "1", OVER: "deployment" };
  const own = { OVER: "function", FUNCTION: "1" };
  const code = { kind: "export", file: "", export: "environment" } as const;
  const functions = [functionModel("environment"), functionModel("own", { code, environment: own })];
  await rig.host.deploy({ functions, bundle: bundleOf(), environment });
  expect(await rig.value("environment")).toMatchObject({
    HOST: "1",
    FROM: "deployment",
    OVER: "deployment",
    cwd: fixturesDir.slice(0, -1),
    PWD: fixturesDir.slice(0, -1),
  });
  expect(await rig.value("environment")).not.toHaveProperty("FUNCTION");
  expect(await rig.value("own")).toMatchObject({ DEPLOYMENT: "1", OVER: "function", FUNCTION: "1" });
});

test("the process that evaluated a bundle serves it: the bundle is evaluated once", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-host-"));
  const file = path.join(folder, "evaluations");
  {
    await using rig = startHostRig({ environment: { EVALUATIONS_FILE: file } });
    const bundle = bundleOf("evaluations.mjs");
    expect(await rig.host.evaluate(bundle)).toEqual({ model: { name: "evaluations" }, places: {} });
    await rig.host.deploy({ functions: functionModels("pid"), bundle, environment: {} });
    const pid = await rig.value("pid");
    expect((await readFile(file, "utf8")).trim()).toBe(String(pid));
  }
  await rm(folder, { recursive: true });
});

test("a later bundle is loaded under the environment of the deployment before it, and served under its own", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-host-"));
  {
    await using rig = startHostRig({ environment: { EVALUATIONS_FILE: path.join(folder, "evaluations") } });
    const deploy = async (revision: number, environment: Record<string, string>): Promise<unknown> => {
      const bundle = bundleOf("evaluations.mjs", revision);
      await rig.host.evaluate(bundle);
      await rig.host.deploy({ functions: functionModels("colour"), bundle, environment });
      return rig.value("colour");
    };
    expect(await deploy(1, { COLOUR: "red", SIZE: "big" })).toEqual([null, "red", "big"]);
    expect(await deploy(2, { COLOUR: "blue" })).toEqual(["red", "blue", null]);
    expect(await deploy(3, {})).toEqual(["blue", null, null]);
  }
  await rm(folder, { recursive: true });
});

test("an unknown function and one without a handler are missing", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("echo", "notThere"));
  const missing = { outcome: "missing", error: { code: "HANDLER_MISSING" } };
  expect(await rig.invoke("unknown")).toMatchObject(missing);
  expect(await rig.invoke("notThere")).toMatchObject(missing);
});

test("before any deployment, and after one without functions, everything is missing", async () => {
  await using rig = startHostRig();
  expect(await rig.invoke("echo")).toMatchObject({ outcome: "missing" });
  await rig.host.deploy({ functions: [], environment: {} });
  expect(await rig.invoke("echo")).toMatchObject({ outcome: "missing" });
});

test("what a handler throws is a failure with its stack in the user's code, and its causes", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("throws", "throwsAtOnce", "throwsText", "throwsHostile", "echo"));
  const thrown = await rig.invoke("throws");
  expect(thrown).toMatchObject({
    outcome: "failed",
    error: { code: "HANDLER_THREW", name: "TypeError", message: "thrown on purpose" },
  });
  const { stack = "" } = thrown.outcome === "failed" ? thrown.error : {};
  expect(stack).toMatch(/^TypeError: thrown on purpose\n\s+at .*faults\.mjs:\d+/);
  expect(stack).toContain("Caused by: Error: the deeper reason");
  expect(stack).not.toMatch(/node:|src\/runtime|src\/model/);
  expect(await rig.invoke("throwsAtOnce")).toMatchObject({
    outcome: "failed",
    error: { name: "RangeError" },
  });
  expect(await rig.invoke("throwsText")).toMatchObject({
    outcome: "failed",
    error: { message: "just text" },
  });
  expect(await rig.invoke("throwsHostile")).toMatchObject({
    outcome: "failed",
    error: { code: "HANDLER_THREW" },
  });
  expect(await rig.value("echo", "alive")).toBe("alive");
});

test("stacks of a bundle lead to its sources", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-host-"));
  const define = JSON.stringify(path.join(fixturesDir, "define-app.mjs"));
  const source = [
    `import { defineApp } from ${define};`,
    "type Text = string;",
    "interface Unused {",
    "  a: Text;",
    "}",
  ];
  source.push(`export default defineApp("mapped", { fail: async () => { throw new Error("here"); } }).app;`);
  await writeFile(path.join(folder, "app.ts"), source.join("\n"));
  const file = path.join(folder, "app.mjs");
  await build({
    entryPoints: [path.join(folder, "app.ts")],
    outfile: file,
    bundle: true,
    format: "esm",
    sourcemap: "linked",
  });
  {
    await using rig = startHostRig();
    const bundle = { file, appDir: folder, revision: 1 };
    await rig.host.deploy({ functions: functionModels("fail"), bundle, environment: {} });
    const result = await rig.invoke("fail");
    expect(result.outcome === "failed" && result.error.stack).toMatch(/at fail \(.*app\.ts:6:\d+\)$/);
  }
  await rm(folder, { recursive: true });
});

test.for(["function", "symbol", "bigint", "nestedFunction", "circular", "throwing", "huge"])(
  "a result that JSON does not hold (%s) is a failure that says so",
  async (kind) => {
    await using rig = startHostRig();
    await rig.deploy(functionModels("returns"));
    expect(await rig.invoke("returns", kind)).toMatchObject({
      outcome: "failed",
      error: { code: "HANDLER_RESULT_INVALID" },
    });
  },
);

test("what JSON holds comes back as JSON gives it", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("returns"));
  expect(await rig.value("returns", "null")).toBeNull();
  expect(await rig.value("returns", "date")).toBe("1970-01-01T00:00:00.000Z");
  expect(await rig.value("returns", "response")).toEqual({
    statusCode: 200,
    body: "hello",
    headers: { a: "b" },
  });
});

test("what functions print is logged with level, function and request, raw output line by line", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("print"));
  await rig.value("print", "text");
  const marked = { function: "print", requestId: "request-1" };
  await expect.poll(() => rig.log.entries.length, patience).toBeGreaterThanOrEqual(8);
  expect(rig.log.entries).toEqual(
    expect.arrayContaining([
      { level: "info", event: "function-log", fields: { ...marked, message: "logged { a: 1 }" } },
      { level: "warn", event: "function-log", fields: { ...marked, message: "warned" } },
      { level: "debug", event: "function-log", fields: { ...marked, message: "debugged\nin two lines" } },
      {
        level: "info",
        event: "function-output",
        fields: { stream: "stdout", message: "raw text", function: "print" },
      },
      {
        level: "warn",
        event: "function-output",
        fields: { stream: "stderr", message: "raw error text", function: "print" },
      },
      {
        level: "info",
        event: "function-output",
        fields: { stream: "stdout", message: "half a line, then ", function: "print" },
      },
      { level: "info", event: "function-log", fields: { ...marked, message: "a mark" } },
    ]),
  );
  const errored = rig.log.entries.find(({ level }) => level === "error")?.fields.message ?? "";
  expect(errored).toMatch(/^Error: errored\n\s+at .*faults\.mjs:\d+:\d+\)$/);
});

test("invocations of a function with a concurrency wait for their turn", async () => {
  await using rig = startHostRig();
  await rig.deploy([functionModel("sleep", { concurrency: 1 })]);
  await rig.value("sleep", "0");
  const startedAt = performance.now();
  await Promise.all([1, 2, 3].map(() => rig.value("sleep", "100")));
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(295);
});

test("the host tells how many invocations run, and how many wait", async () => {
  await using rig = startHostRig();
  await rig.deploy([functionModel("sleep", { concurrency: 1 })]);
  await rig.value("sleep", "0");
  const all = Promise.all([1, 2, 3].map(() => rig.value("sleep", "50")));
  expect(rig.host.load()).toEqual({ running: 1, waiting: 2 });
  await all;
  expect(rig.host.load()).toEqual({ running: 0, waiting: 0 });
});

test("in a shared process invocations run beside each other", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("sleep"));
  const finished: string[] = [];
  await Promise.all(["400", "10"].map((ms) => rig.value("sleep", ms).then(() => finished.push(ms))));
  expect(finished).toEqual(["10", "400"]);
});

test("more invocations than may wait are refused", async () => {
  await using rig = startHostRig({ limits: { maximumWaiting: 2 } });
  await rig.deploy([functionModel("sleep", { concurrency: 1 })]);
  const results = await Promise.all(Array.from({ length: 5 }, () => rig.invoke("sleep", "50")));
  expect(results.map(({ outcome }) => outcome)).toEqual([
    "returned",
    "returned",
    "returned",
    "failed",
    "failed",
  ]);
  expect(results[4]).toMatchObject({ error: { code: "FUNCTION_OVERLOADED" } });
});

test("after closing, nothing is loaded and nothing runs", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("echo"));
  expect(rig.processes().length).toBeGreaterThan(2);
  await rig.host.close();
  await rig.host.close();
  expect(await rig.invoke("echo")).toMatchObject({ outcome: "failed", error: { code: "FUNCTION_CRASHED" } });
  await expect(rig.host.evaluate(bundleOf())).rejects.toThrow("closed");
  await expect(rig.deploy(functionModels("echo"))).rejects.toThrow("closed");
  expect(rig.processes()).toEqual([]);
});

test("closing waits for what is under way, for as long as it is given", async () => {
  await using rig = startHostRig();
  await rig.deploy(functionModels("sleep"));
  await rig.value("sleep", "0");
  const short = rig.invoke("sleep", "200");
  const long = rig.invoke("sleep", "60000");
  await rig.host.close(2_500);
  expect(await short).toEqual({ outcome: "returned", payload: "slept" });
  expect(await long).toMatchObject({ outcome: "failed", error: { code: "FUNCTION_CRASHED" } });
});

test("two hosts in one process do not meet", async () => {
  await using one = startHostRig();
  await using other = startHostRig();
  await one.deploy(functionModels("pid", "exit"));
  await other.deploy(functionModels("pid", "sleep"));
  const pid = await other.value("pid");
  expect(await one.value("pid")).not.toBe(pid);
  const underWay = other.value("sleep", "300");
  expect(await one.invoke("exit")).toMatchObject({ outcome: "failed" });
  await one.host.close();
  expect(await underWay).toBe("slept");
  expect(await other.value("pid")).toBe(pid);
  expect(await other.invoke("exit")).toMatchObject({ outcome: "missing" });
});
