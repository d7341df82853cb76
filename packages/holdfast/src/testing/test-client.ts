import { WebSocket, type RawData } from "ws";
import { HoldfastError } from "../base/errors.ts";

export interface ConnectOptions {
  /** The API to connect to; the app's first one unless said. */
  readonly api?: string;
  /** Values of the `{name}` segments of the API's path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
}

export interface NextOptions {
  /** 2,000 unless said. */
  readonly timeoutMs?: number;
}

/** A client of a test: remembers everything it received. */
export interface TestClient {
  /** Every message so far, oldest first, `next` or not. */
  readonly messages: readonly string[];
  /** The sub-protocol that the app chose, or "". */
  readonly protocol: string;
  /** Sends text as it is, anything else as JSON. */
  send(data: unknown): void;
  /** The first message that no `next` has returned yet. Rejects with `TEST_TIMEOUT` when none comes. */
  next(options?: NextOptions): Promise<string>;
  /** Like `next`, read as JSON. */
  nextJson<T = unknown>(options?: NextOptions): Promise<T>;
  /** Closes and waits for the other side. */
  close(code?: number, reason?: string): Promise<void>;
  /** Resolves when the connection has ended, with the code and reason it ended with. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Drops the connection without a close frame, as a lost network does. */
  terminate(): void;
}

/** Rejects with `CONNECT_FAILED`, which holds the status and body of a refused handshake. */
export async function connectTestClient(url: string, options: ConnectOptions): Promise<TestClient> {
  const socket = new WebSocket(buildUrl(url, options), [...(options.protocols ?? [])], {
    headers: { ...options.headers },
  });
  const client = new SocketTestClient(socket);
  await opened(socket);
  return client;
}

function buildUrl(base: string, { params = {}, query = {} }: ConnectOptions): string {
  const path = base.replaceAll(/\{([^}+]+)\+?\}/g, (segment, name: string) =>
    params[name] === undefined ? segment : encodeURIComponent(params[name]),
  );
  const search = new URLSearchParams(query).toString();
  return search === "" ? path : `${path}?${search}`;
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("unexpected-response", (_request, response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () => reject(new RefusedError(response.statusCode ?? 0, body)));
      response.on("error", reject);
    });
    socket.once("error", (cause) => {
      reject(
        new HoldfastError("CONNECT_FAILED", `Cannot connect to ${socket.url}: ${cause.message}`, { cause }),
      );
    });
  });
}

/** The app refused the handshake. */
export class RefusedError extends HoldfastError {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super("CONNECT_FAILED", `The handshake was refused with ${status}: ${body}`, {
      hint: "The connect handler answered so, or threw. app.logs says more.",
    });
    this.status = status;
    this.body = body;
  }
}

class SocketTestClient implements TestClient {
  readonly messages: string[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #taken = 0;
  #end: { readonly code: number; readonly reason: string } | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: RawData) => {
      this.messages.push(toText(data));
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => {
        this.#end = { code, reason: reason.toString() };
        resolve(this.#end);
        this.#wake();
      });
    });
    // A socket without an error listener would end the test's process; `closed` tells what happened.
    socket.on("error", () => {});
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  send(data: unknown): void {
    this.#socket.send(typeof data === "string" ? data : JSON.stringify(data));
  }

  next({ timeoutMs = 2000 }: NextOptions = {}): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const check = (): void => {
      const message = this.messages[this.#taken];
      if (message !== undefined) {
        this.#taken += 1;
        resolve(message);
      } else if (this.#end !== undefined) {
        const { code, reason } = this.#end;
        reject(
          new HoldfastError("TEST_TIMEOUT", `The connection ended (${code} ${reason}) before a message came`),
        );
      } else {
        return;
      }
      this.#waiting.delete(check);
      clearTimeout(timer);
    };
    const timer = setTimeout(() => {
      this.#waiting.delete(check);
      reject(
        new HoldfastError(
          "TEST_TIMEOUT",
          `No message within ${timeoutMs} ms; ${describeReceived(this.messages)}`,
        ),
      );
    }, timeoutMs);
    this.#waiting.add(check);
    check();
    return promise;
  }

  async nextJson<T>(options?: NextOptions): Promise<T> {
    return JSON.parse(await this.next(options)) as T;
  }

  async close(code = 1000, reason = ""): Promise<void> {
    this.#socket.close(code, reason);
    await this.closed;
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #wake(): void {
    for (const check of this.#waiting) check();
  }
}

function describeReceived(messages: readonly string[]): string {
  return messages.length === 0
    ? "none came before"
    : `${messages.length} came before, the last: ${messages.at(-1)}`;
}

function toText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString();
}
