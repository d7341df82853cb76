import { WebSocket, type ClientOptions } from "ws";

export interface ConnectOptions {
  /** Such as `token=a&token=b`. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly protocols?: readonly string[];
}

/** A WebSocket client that keeps what it receives. */
export class Client implements AsyncDisposable {
  readonly socket: WebSocket;
  /** Resolves with the code and reason that the connection ended with. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Every message so far, whole, oldest first. */
  readonly messages: string[] = [];
  #next = 0;
  #changed = Promise.withResolvers<void>();
  #isClosed = false;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data, isBinary) => {
      this.messages.push(isBinary ? "a binary message" : (data as Buffer).toString());
      this.#tell();
    });
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#isClosed = true;
        this.#tell();
      });
    });
  }

  /** Rejects when the handshake is refused. */
  static async connect(url: string, options: ConnectOptions = {}): Promise<Client> {
    const { query, headers, protocols = [] } = options;
    const socket = new WebSocket(query === undefined ? url : `${url}?${query}`, [...protocols], {
      headers: headers as ClientOptions["headers"],
      perMessageDeflate: false,
    } as ClientOptions);
    const client = new Client(socket);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.on("open", resolve);
    socket.on("error", reject);
    await promise;
    return client;
  }

  /** Text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** The next message that was not taken yet. Rejects when the connection ends before. */
  async next(): Promise<string> {
    while (this.messages.length <= this.#next) {
      if (this.#isClosed) throw new Error("The connection ended before a message came");
      await this.#changed.promise;
    }
    const message = this.messages[this.#next] ?? "";
    this.#next += 1;
    return message;
  }

  /** Sends, and takes the next message as the answer. */
  async ask(message: unknown): Promise<string> {
    this.send(message);
    return this.next();
  }

  /** Closes, and waits for the other side. */
  close(code?: number, reason?: string): Promise<{ readonly code: number; readonly reason: string }> {
    this.socket.close(code, reason);
    return this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
    return Promise.resolve();
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
