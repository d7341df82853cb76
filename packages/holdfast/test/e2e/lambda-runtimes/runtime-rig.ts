import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { createRuntimeFinder } from "../../../src/host/lambda/runtimes.ts";
import type { FunctionModel } from "../../../src/model/app-model.ts";
import { makeFolder, removeFolder } from "../../support/holdfast.ts";

export interface Answer {
  /** `response`, `error`, or `init` for an error before the first invocation. */
  readonly kind: "response" | "error" | "init";
  readonly body: unknown;
  /** The header `Lambda-Runtime-Function-Error-Type`. */
  readonly errorType: string | undefined;
}

export interface ErrorAnswer {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
  readonly stackTrace?: readonly string[];
}

export interface FunctionFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly runtime?: string;
  readonly handler?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Files of one layer each. */
  readonly layers?: readonly Readonly<Record<string, string>>[];
  /** Without the package that stands for Lambda's image. */
  readonly withoutImage?: boolean;
}

export interface RunningFunction extends AsyncDisposable {
  /** Gives it an event and waits for its answer, or for the process's end. */
  invoke(event?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The answer that it gives without being asked. */
  readonly initError: Promise<Answer>;
  readonly exited: Promise<number | null>;
  /** Lines of its standard output so far, without the last line's end. */
  lines(): readonly string[];
  /** Everything that it has written to its standard error. */
  errors(): string;
  readonly folder: string;
}

const requestHeaders = {
  "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:000000000000:function:tried",
  "Lambda-Runtime-Trace-Id": "Root=1-5e1b4151-5ac6c58f;Sampled=0",
};

/** Starts a function with its own runtime program, beside a Runtime API of the test's. */
export async function startFunction(given: FunctionFiles): Promise<RunningFunction> {
  const folder = await makeFolder({ ".keep": "", ...given.files });
  const layers = await Promise.all((given.layers ?? []).map((files) => makeFolder(files)));
  const api = await startRuntimeApi();
  const fn = functionModel({ ...given, dir: folder, layers });
  const environment = {
    ...(process.env as Record<string, string>),
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: "tried",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/tried",
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/11/21/[$LATEST]0",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "holdfast",
    AWS_SECRET_ACCESS_KEY: "holdfast",
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: given.handler ?? "index.handler",
    ...given.environment,
  };
  const { command, environment: added, cwd } = await createRuntimeFinder()(fn, { environment });
  const [program = "", ...args] = command;
  const env: NodeJS.ProcessEnv = { ...environment, ...added, AWS_LAMBDA_RUNTIME_API: api.address };
  if (given.withoutImage) delete env.HOLDFAST_LAMBDA_IMAGE;
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const exited = once(child, "close").then(([code]) => code as number | null);
  const orEnd = (answer: Promise<Answer>): Promise<Answer> =>
    Promise.race([
      answer,
      exited.then((code) => {
        throw new Error(`The process ended with ${code}.\n${output}\n${errors}`);
      }),
    ]);
  // Whoever asks hears of it.
  exited.catch(() => {});
  return {
    invoke: (event = {}, headers = {}) => orEnd(api.invoke(event, headers)),
    initError: Promise.race([api.initError, exited.then(() => api.initError)]),
    exited,
    lines: () => output.split("\n").slice(0, -1),
    errors: () => errors,
    folder,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      api.close();
      await Promise.all([folder, ...layers].map(removeFolder));
    },
  };
}

export function functionModel(given: {
  readonly dir: string;
  readonly runtime?: string;
  readonly handler?: string;
  readonly layers?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}): FunctionModel {
  return {
    name: "tried",
    code: { kind: "handler", dir: given.dir, handler: given.handler ?? "index.handler" },
    runtime: given.runtime ?? "nodejs20.x",
    environment: given.environment ?? {},
    timeoutMs: 3_000,
    memoryMb: 256,
    isolated: false,
    grants: [],
    layers: given.layers ?? [],
  };
}

interface TestApi {
  readonly address: string;
  invoke(event: unknown, headers: Readonly<Record<string, string>>): Promise<Answer>;
  readonly initError: Promise<Answer>;
  close(): void;
}

async function startRuntimeApi(): Promise<TestApi> {
  const asked: ServerResponse[] = [];
  const waiting: { readonly event: unknown; readonly headers: Readonly<Record<string, string>> }[] = [];
  const answers = new Map<string, (answer: Answer) => void>();
  let ids = 0;
  const initError = Promise.withResolvers<Answer>();

  const handOut = (): void => {
    const [response] = asked;
    const [next] = waiting;
    if (response === undefined || next === undefined) return;
    asked.shift();
    waiting.shift();
    response.writeHead(200, {
      ...requestHeaders,
      "Lambda-Runtime-Aws-Request-Id": `request-${ids}`,
      "Lambda-Runtime-Deadline-Ms": Date.now() + 3_000,
      ...next.headers,
    });
    response.end(JSON.stringify(next.event));
  };

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [kind = "", id = "", verb = ""] = path.posix
      .relative("/2018-06-01/runtime", request.url ?? "")
      .split("/");
    if (request.method === "GET") {
      asked.push(response);
      handOut();
      return;
    }
    void text(request).then((body) => {
      response.writeHead(202).end();
      const type = request.headers["lambda-runtime-function-error-type"] as string | undefined;
      const parsed: unknown = JSON.parse(body);
      if (kind === "init") initError.resolve({ kind: "init", body: parsed, errorType: type });
      else answers.get(id)?.({ kind: verb as "response" | "error", body: parsed, errorType: type });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    initError: initError.promise,
    invoke(event, headers) {
      ids += 1;
      const answer = new Promise<Answer>((resolve) => answers.set(`request-${ids}`, resolve));
      waiting.push({ event, headers });
      handOut();
      return answer;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
