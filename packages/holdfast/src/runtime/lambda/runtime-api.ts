import { Agent, request, type IncomingHttpHeaders } from "node:http";
import { toErrorBody } from "./lambda-errors.ts";

/** One invocation, as the Runtime API hands it out. */
export interface Invocation {
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId?: string;
  /** JSON, in both. */
  readonly clientContext?: string;
  readonly identity?: string;
  readonly body: string;
}

/** The Lambda Runtime API, version 2018-06-01 (documented), over one connection that is kept. */
export class RuntimeApi {
  readonly #base: URL;
  // A connection that rests holds no process up, so that an idle event loop can be told.
  readonly #agent = new Agent({ keepAlive: true });

  /** `authority` is `AWS_LAMBDA_RUNTIME_API`: host and port. */
  constructor(authority: string) {
    this.#base = new URL(`http://${authority}/2018-06-01/runtime/`);
  }

  /** Waits until there is one. Rejects when the host is gone. */
  async next(): Promise<Invocation> {
    const { status, headers, body } = await this.#send("GET", "invocation/next");
    if (status !== 200) throw new Error(`The Runtime API answered ${status}: ${body}`);
    return readInvocation(headers, body);
  }

  async respond(requestId: string, body: string): Promise<void> {
    await this.#send("POST", `invocation/${requestId}/response`, body);
  }

  async fail(requestId: string, thrown: unknown): Promise<void> {
    await this.#sendError(`invocation/${requestId}/error`, thrown);
  }

  async failInit(thrown: unknown): Promise<void> {
    await this.#sendError("init/error", thrown);
  }

  async #sendError(path: string, thrown: unknown): Promise<void> {
    const body = toErrorBody(thrown);
    const type = encodeURI(body.errorType);
    await this.#send("POST", path, JSON.stringify(body), { "Lambda-Runtime-Function-Error-Type": type });
  }

  #send(
    method: "GET" | "POST",
    path: string,
    body = "",
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.#base), {
        method,
        agent: this.#agent,
        headers:
          method === "GET"
            ? headers
            : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), ...headers },
      });
      sent.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      sent.on("error", (error: NodeJS.ErrnoException) => {
        // The server let go of a connection that rested, at the moment it was taken up again.
        const mayRepeat = sent.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
        if (mayRepeat) this.#send(method, path, body, headers).then(resolve, reject);
        else reject(error);
      });
      sent.end(body === "" ? undefined : body);
    });
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function readInvocation(headers: IncomingHttpHeaders, body: string): Invocation {
  const header = (name: string): string | undefined => {
    const value = headers[`lambda-runtime-${name}`];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const traceId = header("trace-id");
  const clientContext = header("client-context");
  const identity = header("cognito-identity");
  return {
    requestId: header("aws-request-id") ?? "",
    deadlineMs: Number(header("deadline-ms") ?? Number.NaN),
    functionArn: header("invoked-function-arn") ?? "",
    ...(traceId !== undefined && { traceId }),
    ...(clientContext !== undefined && { clientContext }),
    ...(identity !== undefined && { identity }),
    body,
  };
}
