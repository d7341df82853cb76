import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { startFunction, type ErrorAnswer, type FunctionFiles, type RunningFunction } from "./runtime-rig.ts";

const versionScript = "import sys; print('%d.%d' % sys.version_info[:2])";
const version = spawnSync("python3", ["-c", versionScript], { encoding: "utf8" }).stdout?.trim() ?? "";
const hasPython = /^3\.(?:9|\d\d)$/.test(version);
if (!hasPython)
  console.warn("⚠ python3 (3.9 or newer) is not installed: the tests of Python functions are skipped.");

function startPython(code: string, more: Partial<FunctionFiles> = {}): Promise<RunningFunction> {
  return startFunction({
    runtime: `python${version}`,
    handler: "app.handler",
    ...more,
    files: { "app.py": code, ...more.files },
  });
}

async function resultOf(
  code: string,
  more: Partial<FunctionFiles> = {},
  event: unknown = {},
): Promise<unknown> {
  await using fn = await startPython(code, more);
  const { kind, body } = await fn.invoke(event);
  expect({ kind, body }).toMatchObject({ kind: "response" });
  return body;
}

async function initErrorOf(code: string, more: Partial<FunctionFiles> = {}): Promise<ErrorAnswer> {
  await using fn = await startPython(code, more);
  const { body } = await fn.initError;
  expect(await fn.exited).toBe(1);
  return body as ErrorAnswer;
}

describe.skipIf(!hasPython)("a function in Python", () => {
  test("answers one invocation after another, in one process", async () => {
    await using fn = await startPython(
      "n = 0\ndef handler(event, context):\n  global n\n  n += 1\n  return {'n': n, 'got': event['a'], 'text': 'ü'}",
    );
    for (let n = 1; n <= 20; n += 1)
      expect((await fn.invoke({ a: "é" })).body).toEqual({ n, got: "é", text: "ü" });
  });

  test.each(["sys.stdout.close()", "sys.stdout = None", "os.close(1)"])(
    "answers, and fails, whatever becomes of its output: %s",
    async (code) => {
      await using fn = await startPython(
        `import os, sys\ndef handler(event, context):\n  if event: raise ValueError('on purpose')\n  ${code}`,
      );
      expect(await fn.invoke({})).toMatchObject({ kind: "response", body: null });
      expect(await fn.invoke({ a: 1 })).toMatchObject({
        kind: "error",
        body: { errorMessage: "on purpose" },
      });
    },
  );

  test("reports an error whose text cannot be written", async () => {
    await using fn = await startPython("def handler(event, context): raise ValueError('\\ud800 odd')");
    const { kind, body } = await fn.invoke({});
    expect({ kind, body }).toMatchObject({
      kind: "error",
      body: { errorType: "ValueError", errorMessage: "\ud800 odd" },
    });
  });

  test.each([
    ["pkg/inner/app.handler", "pkg/inner/app.py"],
    ["pkg.inner.app.handler", "pkg/inner/app.py"],
    ["pkg.handler", "pkg/__init__.py"],
  ])("is found as %s", async (handler, file) => {
    const files = {
      [file]: "import os\ndef handler(event, context): return os.getcwd() == os.environ['LAMBDA_TASK_ROOT']",
    };
    expect(await resultOf("", { handler, files })).toBe(true);
  });

  test("gets a context with Lambda's members", async () => {
    const code = `
def handler(event, context):
    left = context.get_remaining_time_in_millis()
    return [
        context.aws_request_id, context.function_name, context.function_version, context.memory_limit_in_mb,
        context.invoked_function_arn, context.log_group_name, context.log_stream_name,
        context.identity.cognito_identity_id, context.client_context.custom, 0 < left <= 3000,
        __import__("os").environ["_X_AMZN_TRACE_ID"],
    ]`;
    await using fn = await startPython(code);
    const { body } = await fn.invoke({}, { "Lambda-Runtime-Client-Context": '{"custom":{"a":1}}' });
    expect(body).toEqual([
      "request-1",
      "tried",
      "$LATEST",
      "256",
      "arn:aws:lambda:us-east-1:000000000000:function:tried",
      "/aws/lambda/tried",
      "2026/11/21/[$LATEST]0",
      null,
      { a: 1 },
      true,
      "Root=1-5e1b4151-5ac6c58f;Sampled=0",
    ]);
  });

  test("an error has its type, its message and the code's lines, and the process goes on", async () => {
    await using fn = await startPython("def handler(event, context):\n  return 1 / event['n']");
    const answer = await fn.invoke({ n: 0 });
    expect(answer).toMatchObject({ kind: "error", errorType: "ZeroDivisionError" });
    const error = answer.body as ErrorAnswer;
    expect(error).toMatchObject({ errorMessage: "division by zero", requestId: "request-1" });
    expect(error.stackTrace).toHaveLength(1);
    expect(error.stackTrace?.[0]).toMatch(/^ {2}File ".*app\.py", line 2, in handler\n {4}return 1 \/ event/);
    expect((await fn.invoke({ n: 1 })).body).toBe(1);
    expect(fn.lines()).toHaveLength(1);
    expect(fn.lines()[0]).toMatch(
      /^\[ERROR\] ZeroDivisionError: division by zero\rTraceback \(most recent call last\):\r/,
    );
  });

  test("what JSON does not hold is a MarshalError", async () => {
    await using fn = await startPython("def handler(event, context): return {1}");
    expect((await fn.invoke()).body).toMatchObject({
      errorType: "Runtime.MarshalError",
      errorMessage: "Unable to marshal response: Object of type set is not JSON serializable",
    });
  });

  test.each([
    [
      "a package missing",
      "import nothing_such",
      "Runtime.ImportModuleError",
      "Unable to import module 'app': No module named 'nothing_such'",
    ],
    ["a syntax error", "def handler(", "Runtime.UserCodeSyntaxError", /^Syntax error in module 'app': /],
    ["no such function", "", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"],
    ["an error of its own", "raise KeyError('early')", "KeyError", "'early'"],
  ])("that does not load: %s", async (_name, code, errorType, errorMessage) => {
    const error = await initErrorOf(code);
    expect(error.errorType).toBe(errorType);
    expect(error.errorMessage).toMatch(errorMessage);
  });

  test("that misses AWS's SDK hears how to install it", async () => {
    const error = await initErrorOf("raise ModuleNotFoundError(\"No module named 'boto3'\", name='boto3')");
    expect(error.errorMessage).toMatch(/No module named 'boto3'\n.*-m pip install boto3$/);
  });

  test("whose syntax an older Python does not know hears of the version that it needs", async () => {
    const code = "import os\nos.environ['AWS_EXECUTION_ENV'] = 'AWS_Lambda_python3.99'\nimport newer";
    const error = await initErrorOf(code, { files: { "newer.py": "def (" } });
    expect(error.errorMessage).toContain(`The function asks for Python 3.99, and this is ${version}`);
  });

  test("that exits ends its process", async () => {
    await using fn = await startPython(
      "import sys\ndef handler(event, context):\n  print('bye', end='')\n  sys.exit(3)",
    );
    await expect(fn.invoke()).rejects.toThrow(/ended with 3[^]*bye/);
  });

  test("logs as on Lambda", async () => {
    await using fn = await startPython(`
import logging
log = logging.getLogger("mine")
log.warning("loading")
def handler(event, context):
    print("printed")
    logging.getLogger().setLevel("INFO")
    log.info("one\\ntwo %d", 2)
    log.debug("not shown")
    try:
        {}["x"]
    except KeyError:
        log.exception("failed")
`);
    await fn.invoke();
    const [loading = "", printed, info = "", failed = "", ...rest] = fn.lines();
    expect(loading).toMatch(/^\[WARNING\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t\tloading$/);
    expect(printed).toBe("printed");
    expect(info.split("\t").toSpliced(1, 1)).toEqual(["[INFO]", "request-1", "one\rtwo 2"]);
    expect(failed).toMatch(/\tfailed\rTraceback [^]*\rKeyError: 'x'$/);
    expect(rest).toEqual([]);
  });

  test("logs JSON when it asks for that", async () => {
    const code = `
import logging
def handler(event, context):
    logging.getLogger("mine").info("hello", extra={"game": 7})
    raise ValueError("boom")`;
    const environment = { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "INFO" };
    await using fn = await startPython(code, { environment });
    await fn.invoke();
    const [hello, error] = fn.lines().map((line) => JSON.parse(line) as unknown);
    expect(hello).toMatchObject({
      level: "INFO",
      message: "hello",
      logger: "mine",
      requestId: "request-1",
      game: 7,
    });
    expect(error).toMatchObject({ level: "ERROR", errorType: "ValueError", errorMessage: "boom" });
  });

  test("finds its own modules before those of layers, and a later layer's before an earlier one's", async () => {
    const code =
      "import first, second, third\ndef handler(event, context): return [first.x, second.x, third.x]";
    const files = { "first.py": "x = 'own'" };
    const layers = [
      { "python/first.py": "x = 1", "python/second.py": "x = 1", "python/third.py": "x = 1" },
      { "python/first.py": "x = 2", [`python/lib/python${version}/site-packages/second.py`]: "x = 2" },
    ];
    expect(await resultOf(code, { files, layers })).toEqual(["own", 2, 1]);
  });

  test("leaves nothing in the folder of its code", async () => {
    await using fn = await startPython(
      "import other, os\ndef handler(event, context): return sorted(os.listdir())",
      {
        files: { "other.py": "" },
      },
    );
    expect((await fn.invoke()).body).toEqual([".keep", "app.py", "other.py"]);
  });
});
