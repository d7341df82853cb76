import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/*
 * The Lambda Runtime API, version 2018-06-01, over HTTP on loopback: what a runtime's process asks and says. What is
 * answered to requests out of turn, and in which words, is what Lambda's own emulator answers (its source, published).
 */

/** The most that a response may hold: 6 MB, and a hundred bytes for what Lambda puts around it (documented in its error). */
export const maximumResponseBytes = 6 * 1024 * 1024 + 100;

const prefix = "/2018-06-01/runtime/";

/** What a process gets to do. */
export interface RuntimeInvocation {
  /** A UUID. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  /** As in the header: `Root=…;Parent=…;Sampled=…`. */
  readonly traceId: string;
  /** The event, as JSON. */
  readonly payload: string;
}

/** Whoever hears what the process says. */
export interface RuntimeListener {
  /** It has nothing to do, and asks for work. */
  onNext(): void;
  onResponse(body: Buffer): void;
  /** The response is over `maximumResponseBytes`. */
  onTooLarge(): void;
  onError(body: Buffer, errorType: string | undefined): void;
  /** It could not initialise; it ends then, as a rule. */
  onInitError(body: Buffer, errorType: string | undefined): void;
}

/** One process's end of the Runtime API. */
export class RuntimeApi {
  readonly #server: Server;
  /** Set before there is a process that could ask. */
  #listener: RuntimeListener | undefined;
  #address = "";
  /** A request for work that is not answered yet. */
  #next: ServerResponse | undefined;
  #hasAsked = false;
  /** What has come for it after it had let go of its request; it will ask again. */
  #undelivered: RuntimeInvocation | undefined;
  /** What the process is at, and has not answered. */
  #current: string | undefined;

  private constructor() {
    this.#server = createServer({ keepAlive: true, noDelay: true }, (request, response) =>
      this.#handle(request, response),
    );
    // A process waits for work as long as it takes, on one connection for all its life.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
    this.#server.headersTimeout = 0;
    this.#server.on("clientError", (_error, socket) => socket.destroy());
  }

  /** Rejects when no port is free. */
  static async listen(): Promise<RuntimeApi> {
    const api = new RuntimeApi();
    await new Promise<void>((resolve, reject) => {
      api.#server.once("error", reject);
      api.#server.listen(0, "127.0.0.1", resolve);
    });
    api.#address = `127.0.0.1:${(api.#server.address() as AddressInfo).port}`;
    return api;
  }

  tell(listener: RuntimeListener): void {
    this.#listener = listener;
  }

  /** The process's AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return this.#address;
  }

  /** To be called after each `onNext`, once. */
  send(invocation: RuntimeInvocation): void {
    this.#current = invocation.id;
    const next = this.#next;
    this.#next = undefined;
    if (next === undefined || next.destroyed) this.#undelivered = invocation;
    else deliver(next, invocation);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    // Browsers send an Origin with what a page sends elsewhere; and a page's own name is not this address.
    if (request.headers.origin !== undefined || request.headers.host !== this.#address)
      return refuse(response, 403, "Forbidden", "This is the Runtime API of a function process");
    const path = request.url ?? "";
    const [kind, id, verb, ...rest] = path.startsWith(prefix) ? path.slice(prefix.length).split("/") : [];
    if (request.method === "GET" && kind === "invocation" && id === "next" && verb === undefined)
      return this.#takeNext(response);
    if (request.method !== "POST" || rest.length > 0) return this.#refuseUnknown(request, response);
    if (kind === "init" && id === "error" && verb === undefined)
      return void this.#takeInitError(request, response);
    if (kind === "invocation" && id !== undefined && (verb === "response" || verb === "error"))
      return void this.#takeAnswer(request, response, id, verb);
    return this.#refuseUnknown(request, response);
  }

  #takeNext(response: ServerResponse): void {
    const undelivered = this.#undelivered;
    if (undelivered !== undefined) {
      this.#undelivered = undefined;
      return deliver(response, undelivered);
    }
    if (this.#current !== undefined || (this.#next !== undefined && !this.#next.destroyed))
      return refuse(
        response,
        403,
        "InvalidStateTransition",
        "Work was asked for before the last was answered",
      );
    this.#next = response;
    this.#hasAsked = true;
    this.#listener?.onNext();
  }

  async #takeAnswer(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    verb: "response" | "error",
  ): Promise<void> {
    const body = await readBody(request);
    if (body === "aborted") return;
    if (id !== this.#current) return refuse(response, 400, "InvalidRequestID", "Invalid request ID");
    this.#current = undefined;
    if (body === "too-large") {
      this.#listener?.onTooLarge();
      const message = `Exceeded maximum allowed payload size (${maximumResponseBytes} bytes).`;
      return refuse(response, 413, "RequestEntityTooLarge", message);
    }
    accept(response);
    if (verb === "response") this.#listener?.onResponse(body);
    else this.#listener?.onError(body, errorTypeOf(request));
  }

  async #takeInitError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (body === "aborted") return;
    if (this.#hasAsked)
      return refuse(response, 403, "InvalidStateTransition", "It has initialised, and asked for work");
    accept(response);
    this.#listener?.onInitError(body === "too-large" ? Buffer.alloc(0) : body, errorTypeOf(request));
  }

  #refuseUnknown(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    refuse(response, 404, "NotFound", `The Runtime API has no ${request.method} ${request.url}`);
  }
}

function deliver(response: ServerResponse, invocation: RuntimeInvocation): void {
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(invocation.payload),
    "Lambda-Runtime-Aws-Request-Id": invocation.id,
    "Lambda-Runtime-Deadline-Ms": invocation.deadlineMs,
    "Lambda-Runtime-Invoked-Function-Arn": invocation.functionArn,
    "Lambda-Runtime-Trace-Id": invocation.traceId,
  });
  response.end(invocation.payload);
}

function errorTypeOf(request: IncomingMessage): string | undefined {
  const type = request.headers["lambda-runtime-function-error-type"];
  return typeof type === "string" && type !== "" ? type : undefined;
}

/** Of what is too large the rest is read too: a client that still writes would not see the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | "too-large" | "aborted"> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maximumResponseBytes) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    return "aborted";
  }
  return bytes > maximumResponseBytes ? "too-large" : Buffer.concat(chunks, bytes);
}

function accept(response: ServerResponse): void {
  answer(response, 202, '{"status":"OK"}\n');
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  answer(response, status, JSON.stringify({ errorMessage, errorType }));
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
