import { expect, test } from "vitest";
import { findFixtureRuntime, lambdaModel, startLambdaRig } from "../../../test/fixtures/host/lambda-rig.ts";
import {
  commandOf,
  fixturesDir,
  functionModels,
  bundleOf,
  messageEvent,
  patience,
} from "../../../test/fixtures/host/host-rig.ts";
import { HoldfastError } from "../../base/errors.ts";
import { toAwsEvent } from "../../model/aws-event.ts";

test("a function gets AWS's event, and its answer comes back, whatever it is written in", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("event"), lambdaModel("shell", { runtime: "provided.bash" })]);
  for (const name of ["event", "shell"])
    expect(await rig.value(name, 'é€😀 "quoted"\n')).toEqual(toAwsEvent(messageEvent('é€😀 "quoted"\n')));
  expect(await rig.value("shell", "again")).toEqual(toAwsEvent(messageEvent("again")));
});

test("a task's function gets the payload itself", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("event")]);
  const task = { kind: "task", source: "call", routeKey: "f", requestId: "r", requestTimeMs: 1 } as const;
  for (const payload of [{ a: ["ü"] }, "text", 7, null])
    expect(await rig.host.invoke("event", { ...task, payload })).toEqual({ outcome: "returned", payload });
  expect(await rig.host.invoke("event", { ...task, payload: undefined })).toEqual({
    outcome: "returned",
    payload: null,
  });
});

test("a process is used again, and is asked for only when it is needed", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("runs"), lambdaModel("pid")]);
  // Only the test's own is there: no process stands by.
  expect(rig.processes()).toEqual([]);
  expect(await rig.value("runs")).toBe(1);
  expect(await rig.value("runs")).toBe(2);
  const fixtures = rig.processes().filter((pid) => commandOf(pid).includes("lambda-bootstrap"));
  // The launcher and the process.
  expect(fixtures).toHaveLength(2);
});

test("Lambda's headers come with each invocation", async () => {
  await using rig = startLambdaRig({ place: { region: "eu-west-1", accountId: "000000000000" } });
  await rig.deployLambdas([lambdaModel("headers", { timeoutMs: 10_000 })]);
  const beforeMs = Date.now();
  const headers = (await rig.value("headers")) as Record<string, string>;
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-west-1:000000000000:function:headers",
    "lambda-runtime-trace-id": expect.stringMatching(
      /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
    ),
  });
  const deadlineMs = Number(headers["lambda-runtime-deadline-ms"]);
  expect(deadlineMs).toBeGreaterThanOrEqual(beforeMs + 10_000);
  expect(deadlineMs).toBeLessThanOrEqual(Date.now() + 10_000);
});

test("the environment is Lambda's over the host's and the deployment's, and under the function's and its runtime's", async () => {
  await using rig = startLambdaRig({ environment: { FROM: "host", HOST: "1", TZ: "Europe/Vienna" } });
  const environment = { FROM: "function", FUNCTION: "1", FROM_RUNTIME: "0" };
  const functions = [lambdaModel("environment", { environment, memoryMb: 256, runtime: "python3.12" })];
  await rig.host.deploy({ functions, environment: { FROM: "deployment", DEPLOYMENT: "1" } });
  expect(await rig.value("environment")).toMatchObject({
    FROM: "function",
    HOST: "1",
    DEPLOYMENT: "1",
    FUNCTION: "1",
    FROM_RUNTIME: "1",
    TZ: ":UTC",
    AWS_REGION: "us-east-1",
    AWS_EXECUTION_ENV: "AWS_Lambda_python3.12",
    AWS_LAMBDA_FUNCTION_NAME: "environment",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/environment",
    AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    LAMBDA_TASK_ROOT: fixturesDir.slice(0, -1),
    _HANDLER: "environment",
    cwd: fixturesDir.slice(0, -1),
    PWD: fixturesDir.slice(0, -1),
  });
});

test("each process runs one invocation at a time, and there are no more than the function's concurrency", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("sleep", { concurrency: 2 })]);
  const pids = await Promise.all(Array.from({ length: 8 }, () => rig.value("sleep", "150")));
  expect(new Set(pids).size).toBe(2);
});

test("what waits runs in order of arrival", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("sleep", { concurrency: 1 })]);
  const finished: number[] = [];
  await Promise.all([1, 2, 3, 4].map((one) => rig.value("sleep", "1").then(() => finished.push(one))));
  expect(finished).toEqual([1, 2, 3, 4]);
});

test("more invocations than may wait are refused, and all where none may run", async () => {
  await using rig = startLambdaRig({ limits: { maximumLambdaWaiting: 2 } });
  await rig.deployLambdas([
    lambdaModel("sleep", { concurrency: 1 }),
    lambdaModel("echo", { concurrency: 0 }),
  ]);
  await rig.value("sleep", "0");
  const results = await Promise.all(Array.from({ length: 5 }, () => rig.invoke("sleep", "20")));
  // One more when the process has asked for work again by then.
  const returned = results.filter(({ outcome }) => outcome === "returned").length;
  expect([2, 3]).toContain(returned);
  const overloaded = { outcome: "failed", error: { code: "FUNCTION_OVERLOADED" } };
  expect(results[4]).toMatchObject(overloaded);
  expect(await rig.invoke("echo")).toMatchObject(overloaded);
});

test("a burst of quick invocations starts no more processes than it may, and loses none", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("echo")]);
  await rig.value("echo", "warm");
  let next = 0;
  let most = 0;
  const one = async (): Promise<void> => {
    while ((next += 1) <= 500) {
      const body = `message ${next}`;
      expect(await rig.value("echo", body)).toBe(body);
      if (next % 50 === 0) most = Math.max(most, rig.processes().length);
    }
  };
  await Promise.all(Array.from({ length: 50 }, one));
  // Each has a launcher; a reaper is there too. How many seem worth while depends on how busy the machine is.
  expect(most).toBeLessThanOrEqual(2 * 10 + 1);
}, 60_000);

test("answers may come in chunks, and may be text that is no JSON", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([
    lambdaModel("chunked", { handler: "echo", environment: { ANSWER: "chunked" } }),
    lambdaModel("raw", { handler: "echo", environment: { ANSWER: "raw" } }),
  ]);
  expect(await rig.value("chunked", "é€😀")).toBe("é€😀");
  expect(await rig.value("raw")).toBe("no JSON, just text");
});

test("an answer of 6 MB comes through, a larger one is a failure in Lambda's words, and the process goes on", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("big"), lambdaModel("echo")]);
  expect(await rig.value("big", String(6 * 1024 * 1024))).toHaveLength(6 * 1024 * 1024);
  expect(await rig.invoke("big", String(6 * 1024 * 1024 + 200))).toMatchObject({
    outcome: "failed",
    error: {
      name: "Function.ResponseSizeTooLarge",
      message: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    },
  });
  expect(await rig.value("big", "3")).toBe("xxx");
  const body = "ü".repeat(1_000_000);
  expect(await rig.value("echo", body)).toBe(body);
});

test("what a handler throws is a failure with its type, message and stack", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("fails"), lambdaModel("echo")]);
  const result = await rig.invoke("fails");
  expect(result).toMatchObject({
    outcome: "failed",
    error: { code: "HANDLER_THREW", name: "TypeError", message: "thrown on purpose" },
  });
  expect(result.outcome === "failed" && result.error.stack).toMatch(/^TypeError: thrown on purpose\n\s+at /);
});

test("requests out of turn are answered as Lambda answers them, and those of web pages are refused", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("answers")]);
  await rig.value("answers");
  const answers = (await rig.value("answers")) as { status: number; text: string }[];
  const errorTypes = answers.map(({ text }) => (JSON.parse(text) as { errorType: string }).errorType);
  expect(answers.map(({ status }, index) => [status, errorTypes[index]])).toEqual([
    [400, "InvalidRequestID"],
    [403, "InvalidStateTransition"],
    [403, "InvalidStateTransition"],
    [404, "NotFound"],
    [404, "NotFound"],
    [403, "Forbidden"],
    [403, "Forbidden"],
  ]);
});

test("a runtime that cannot be found is its function's failure only", async () => {
  await using rig = startLambdaRig({
    findRuntime: (fn, options) =>
      fn.name === "echo"
        ? findFixtureRuntime(fn, options)
        : Promise.reject(new HoldfastError("RUNTIME_MISSING", "Python 3.99 is not installed")),
  });
  await rig.deployLambdas([lambdaModel("pid"), lambdaModel("echo")]);
  const missing = {
    outcome: "failed",
    error: { code: "RUNTIME_MISSING", message: "Python 3.99 is not installed" },
  };
  expect(await rig.invoke("pid")).toMatchObject(missing);
  expect(await rig.value("echo", "a")).toBe("a");
});

test("what a process prints is logged with its function and request, between the lines that Lambda writes", async () => {
  await using rig = startLambdaRig();
  await rig.deployLambdas([lambdaModel("print", { memoryMb: 256 })]);
  await rig.value("print", "one");
  await expect.poll(() => rig.log.entries.map(({ event }) => event), patience).toHaveLength(5);
  const source = { function: "print", requestId: "request-1" };
  const [start, ...entries] = rig.log.entries;
  expect(start).toEqual({
    level: "info",
    event: "function-report",
    fields: {
      ...source,
      message: expect.stringMatching(/^START RequestId: [0-9a-f-]{36} Version: \$LATEST$/),
    },
  });
  const id = String(start?.fields.message).split(" ")[2] ?? "";
  expect(entries.slice(0, 2)).toEqual(
    expect.arrayContaining([
      {
        level: "info",
        event: "function-output",
        fields: { ...source, stream: "stdout", message: "out one" },
      },
      {
        level: "warn",
        event: "function-output",
        fields: { ...source, stream: "stderr", message: "err one" },
      },
    ]),
  );
  expect(entries[2]).toEqual({
    level: "info",
    event: "function-report",
    fields: { ...source, message: `END RequestId: ${id}` },
  });
  expect(entries[3]).toMatchObject({ level: "info", event: "function-report", fields: source });
  expect(entries[3]?.fields.message).toMatch(
    /^REPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms$/,
  );
  await rig.value("print", "two");
  await expect.poll(() => rig.log.entries.length, patience).toBe(10);
  expect(rig.log.entries.at(-1)?.fields.message).not.toContain("Init Duration");
});

test("an app may have a bundle's functions and a template's", async () => {
  await using rig = startLambdaRig();
  const functions = [lambdaModel("pid"), ...functionModels("echo")];
  await rig.host.deploy({ functions, bundle: bundleOf(), environment: {} });
  expect(await rig.value("echo", "bundled")).toBe("bundled");
  expect(await rig.value("pid")).toBeGreaterThan(0);
});
