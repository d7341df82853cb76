import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface BackendRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP backend on a port of its own, which keeps what it was asked. */
export class Backend implements AsyncDisposable {
  readonly requests: BackendRequest[] = [];
  /** How many connections were opened to it. */
  connections = 0;
  readonly #server;

  constructor(answer: (request: BackendRequest, response: ServerResponse) => void) {
    this.#server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const { method = "", url = "", headers } = incoming;
        const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
        this.requests.push(request);
        answer(request, response);
      });
    });
    this.#server.on("connection", () => (this.connections += 1));
  }

  static async start(answer: (request: BackendRequest, response: ServerResponse) => void): Promise<Backend> {
    const backend = new Backend(answer);
    await new Promise<void>((resolve) => backend.#server.listen(0, "127.0.0.1", resolve));
    return backend;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get last(): BackendRequest {
    const last = this.requests.at(-1);
    if (last === undefined) throw new Error("The backend was not asked");
    return last;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
