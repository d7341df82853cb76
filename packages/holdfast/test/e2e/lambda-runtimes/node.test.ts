import { describe, expect, test } from "vitest";
import { startFunction, type Answer, type ErrorAnswer, type FunctionFiles } from "./runtime-rig.ts";

/** What one invocation of this code answers. */
async function answerOf(
  code: string,
  more: Omit<FunctionFiles, "files"> = {},
  event: unknown = {},
): Promise<Answer> {
  await using fn = await startFunction({ files: { "index.js": code }, ...more });
  return await fn.invoke(event);
}

async function initErrorOf(given: FunctionFiles): Promise<ErrorAnswer> {
  await using fn = await startFunction(given);
  const { body } = await fn.initError;
  expect(await fn.exited).not.toBe(0);
  return body as ErrorAnswer;
}

describe("handlers of every style", () => {
  test.each([
    ["async", "exports.handler = async (event) => ({ got: event.n });", { got: 7 }],
    ["a promise", "exports.handler = (event) => Promise.resolve(event.n);", 7],
    [
      "the callback",
      "exports.handler = (event, context, callback) => setTimeout(() => callback(null, event.n), 1);",
      7,
    ],
    [
      "context.succeed",
      "exports.handler = (event, context) => { setTimeout(() => context.succeed(event.n), 1); };",
      7,
    ],
    ["context.done", "exports.handler = (event, context) => context.done(null, event.n);", 7],
    ["nothing", "exports.handler = () => {};", null],
    ["a value without a promise, which Lambda ignores", "exports.handler = () => 7;", null],
    ["a promise that nothing settles", "exports.handler = () => new Promise(() => {});", null],
    ["a nested export", "exports.handler = { inner: { run: async () => 1 } };", 1, "index.handler.inner.run"],
  ])("%s", async (_name, code, body, handler = "index.handler") => {
    expect(await answerOf(code, { handler }, { n: 7 })).toEqual({
      kind: "response",
      body,
      errorType: undefined,
    });
  });

  test("the callback waits for what else is under way, unless the handler says not to", async () => {
    const code = (waits: boolean): string =>
      `let late = 0;
       exports.handler = (event, context, callback) => {
         context.callbackWaitsForEmptyEventLoop = ${waits};
         setTimeout(() => (late += 1), 50);
         callback(null, { toJSON: () => late });
       };
       exports.count = 0;`;
    // The value is read when the callback is called; what came late is seen by the next invocation.
    for (const waits of [true, false]) {
      await using fn = await startFunction({ files: { "index.js": code(waits) } });
      expect((await fn.invoke()).body).toBe(0);
      expect((await fn.invoke()).body).toBe(waits ? 1 : 0);
    }
  });

  test("from nodejs24.x on there are no callbacks, and a plain value counts", async () => {
    const runtime = "nodejs24.x";
    expect((await answerOf("exports.handler = () => 7;", { runtime })).body).toBe(7);
    const files = { "index.js": "exports.handler = (event, context, callback) => callback();" };
    expect((await initErrorOf({ files, runtime })).errorType).toBe("Runtime.CallbackHandlerDeprecated");
  });

  test("an async function that awaits for ever fails, and the process goes on", async () => {
    const code = "exports.handler = async ({ n }) => n ?? (await new Promise(() => {}));";
    await using fn = await startFunction({ files: { "index.js": code } });
    expect((await fn.invoke({})).errorType).toBe("Runtime.NodeJsExit");
    expect((await fn.invoke({ n: 1 })).body).toBe(1);
  });

  test("many invocations, one after another, in one process", async () => {
    await using fn = await startFunction({
      files: { "index.js": "let n = 0; exports.handler = async () => ++n;" },
    });
    for (let n = 1; n <= 50; n += 1) expect((await fn.invoke()).body).toBe(n);
  });
});

describe("files", () => {
  test.each([
    ["CommonJS by its ending", { "index.cjs": "exports.handler = async () => 1;" }, "index.handler"],
    ["an ES module by its ending", { "index.mjs": "export const handler = async () => 1;" }, "index.handler"],
    [
      "an ES module by its package, with top-level await",
      {
        "package.json": '{ "type": "module" }',
        "src/index.js": "const one = await Promise.resolve(1); export const handler = async () => one;",
      },
      "src/index.handler",
    ],
    ["a dot in the folder's name", { "v1.0/app.js": "exports.run = async () => 1;" }, "v1.0/app.run"],
  ] as const)("%s", async (_name, files, handler) => {
    await using fn = await startFunction({ files, handler });
    expect((await fn.invoke()).body).toBe(1);
  });

  test("the code runs in its own folder", async () => {
    await using fn = await startFunction({
      files: { "index.js": "exports.handler = async () => process.cwd();" },
    });
    expect((await fn.invoke()).body).toBe(fn.folder);
  });
});

describe("errors of handlers", () => {
  test.each([
    ["thrown", "exports.handler = async () => { throw new TypeError('boom'); };", "TypeError", "boom"],
    ["thrown at once", "exports.handler = () => { throw new RangeError('boom'); };", "RangeError", "boom"],
    ["no error at all", "exports.handler = async () => { throw 'boom'; };", "string", "boom"],
    ["given to the callback", "exports.handler = (e, c, callback) => callback('boom');", "string", "boom"],
    ["context.fail", "exports.handler = (e, c) => c.fail(new Error('boom'));", "Error", "boom"],
    ["not JSON", "exports.handler = async () => 1n;", "Error", "Unable to stringify response body"],
  ])("%s", async (_name, code, errorType, errorMessage) => {
    const answer = await answerOf(code);
    expect(answer).toMatchObject({ kind: "error", errorType, body: { errorType, errorMessage } });
  });

  test("the trace has the code's lines, the log the error, and the next invocation finds the process again", async () => {
    await using fn = await startFunction({
      files: {
        "index.js":
          "exports.handler = async ({ n }) => { if (n) return n; throw Object.assign(new Error('boom'), { code: 'E1' }); };",
      },
    });
    const { trace = [] } = (await fn.invoke({})).body as ErrorAnswer;
    expect(trace[0]).toBe("Error: boom");
    expect(trace[1]).toContain("index.js:1");
    expect((await fn.invoke({ n: 1 })).body).toBe(1);
    const [, requestId, level, message, json = ""] = (fn.lines()[0] ?? "").split("\t");
    expect([requestId, level, message]).toEqual(["request-1", "ERROR", "Invoke Error "]);
    expect(JSON.parse(json)).toMatchObject({
      errorType: "Error",
      errorMessage: "boom",
      code: "E1",
      stack: trace,
    });
  });

  test("a rejection that nobody handles fails the invocation and ends the process", async () => {
    await using fn = await startFunction({
      files: {
        "index.js":
          "exports.handler = () => { Promise.reject(new Error('lost')); return new Promise((r) => setTimeout(r, 60_000)); };",
      },
    });
    const answer = await fn.invoke();
    expect(answer.body).toMatchObject({
      errorType: "Runtime.UnhandledPromiseRejection",
      errorMessage: "Error: lost",
    });
    expect(await fn.exited).toBe(128);
    expect(fn.lines()[0]).toContain("Unhandled Promise Rejection");
  });

  test("an error that nobody catches does so too", async () => {
    await using fn = await startFunction({
      files: {
        "index.js":
          "exports.handler = (e, c, callback) => { setTimeout(() => { throw new Error('late'); }, 1); };",
      },
    });
    expect((await fn.invoke()).body).toMatchObject({ errorType: "Error", errorMessage: "late" });
    expect(await fn.exited).toBe(129);
    expect(fn.lines()[0]).toContain("Uncaught Exception");
  });
});

describe("code that does not load", () => {
  test.each([
    [
      "a package missing",
      "require('no-such-package');",
      "Runtime.ImportModuleError",
      /^Error: Cannot find module 'no-such-package'/,
    ],
    ["a syntax error", "exports.handler = (", "Runtime.UserCodeSyntaxError", /^SyntaxError: /],
    [
      "no such export",
      "exports.other = 1;",
      "Runtime.HandlerNotFound",
      /^index\.handler is undefined or not exported$/,
    ],
    [
      "an export that is no function",
      "exports.handler = 1;",
      "Runtime.HandlerNotFound",
      /^index\.handler is not a function$/,
    ],
    ["an error of its own", "throw new RangeError('early');", "RangeError", /^early$/],
  ])("%s", async (_name, code, errorType, errorMessage) => {
    const error = await initErrorOf({ files: { "index.js": code } });
    expect(error.errorType).toBe(errorType);
    expect(error.errorMessage).toMatch(errorMessage);
  });

  test("a package that an ES module misses is Node's own error", async () => {
    const error = await initErrorOf({ files: { "index.mjs": "import 'no-such-package';" } });
    expect(error).toMatchObject({ errorType: "Error" });
    expect(error.errorMessage).toContain("Cannot find package 'no-such-package'");
  });

  test("a handler's name that goes up", async () => {
    const error = await initErrorOf({ files: { "index.js": "" }, handler: "./index..handler" });
    expect(error.errorType).toBe("Runtime.MalformedHandlerName");
  });

  test("a module that awaits for ever", async () => {
    const error = await initErrorOf({
      files: { "index.mjs": "await new Promise(() => {}); export const handler = 1;" },
    });
    expect(error.errorType).toBe("Runtime.NodeJsExit");
  });

  test("response streaming says that there is none", async () => {
    const code = "exports.handler = awslambda.streamifyResponse(async () => {});";
    const error = await initErrorOf({ files: { "index.js": code } });
    expect(error.errorMessage).toContain("does not stream responses");
  });
});

test("the context has Lambda's members, and the environment the trace", async () => {
  const code = `exports.handler = async (event, context) => {
    const { done, succeed, fail, getRemainingTimeInMillis, ...rest } = context;
    return { ...rest, left: getRemainingTimeInMillis() > 0, has: "identity" in context, trace: process.env._X_AMZN_TRACE_ID };
  };`;
  expect((await answerOf(code)).body).toEqual({
    callbackWaitsForEmptyEventLoop: true,
    functionName: "tried",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:tried",
    memoryLimitInMB: "256",
    awsRequestId: "request-1",
    logGroupName: "/aws/lambda/tried",
    logStreamName: "2026/11/21/[$LATEST]0",
    left: true,
    has: true,
    trace: "Root=1-5e1b4151-5ac6c58f;Sampled=0",
  });
});

test("a client's context is there when the invoker gave one", async () => {
  await using fn = await startFunction({
    files: { "index.js": "exports.handler = async (event, context) => context.clientContext.custom;" },
  });
  const headers = { "Lambda-Runtime-Client-Context": '{"custom":{"a":1}}' };
  expect((await fn.invoke({}, headers)).body).toEqual({ a: 1 });
});

describe("the console", () => {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

  test("lines are Lambda's, and several lines of one message stay together", async () => {
    await using fn = await startFunction({
      files: {
        "index.js": `console.log("loading");
          exports.handler = async () => {
            console.log("one\\ntwo", { a: 1 });
            console.warn("careful %d", 2);
            console.debug("d");
            process.stdout.write("as it is\\n");
          };`,
      },
    });
    await fn.invoke();
    const lines = fn.lines().map((line) => line.split("\t"));
    expect(lines[0]?.[0]).toMatch(time);
    expect(lines.map(([first, ...rest]) => (rest.length === 0 ? first : rest))).toEqual([
      ["undefined", "INFO", "loading"],
      ["request-1", "INFO", "one\rtwo { a: 1 }"],
      ["request-1", "WARN", "careful 2"],
      ["request-1", "DEBUG", "d"],
      "as it is",
    ]);
  });

  test("lines are JSON when the function asks for that, from its level on", async () => {
    await using fn = await startFunction({
      files: {
        "index.js": `exports.handler = async () => {
          console.info({ a: 1 });
          console.error("bad", new TypeError("boom"));
          console.debug("not shown");
        };`,
      },
      environment: { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "INFO" },
    });
    await fn.invoke();
    const [info, error, ...others] = fn.lines().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(info).toEqual({
      timestamp: expect.stringMatching(time),
      level: "INFO",
      requestId: "request-1",
      message: { a: 1 },
    });
    expect(error).toMatchObject({ level: "ERROR", errorType: "TypeError", errorMessage: "boom" });
    expect(others).toEqual([]);
  });
});
