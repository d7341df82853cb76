import { WebSocket } from "ws";

export interface Tally {
  /** Handshakes that were answered with 101. */
  readonly opened: number;
  /** Why handshakes were not. */
  readonly refusals: readonly string[];
  /** Close codes, with how often each came. */
  readonly closes: ReadonlyMap<number, number>;
  readonly sent: number;
  readonly acknowledged: ReadonlySet<string>;
}

/** Clients that send at a rate between them, each its own texts, and connect again whenever they are closed. */
export class RestlessClients {
  readonly #url: string;
  readonly #open = new Set<WebSocket>();
  readonly #refusals: string[] = [];
  readonly #closes = new Map<number, number>();
  readonly #acknowledged = new Set<string>();
  #opened = 0;
  #sent = 0;
  #isStopping = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  start(count: number, messagesPerSecond: number): void {
    for (let index = 0; index < count; index += 1) this.#connect();
    const startedAt = performance.now();
    let due = 0;
    this.#timer = setInterval(() => {
      const now = Math.floor(((performance.now() - startedAt) * messagesPerSecond) / 1000);
      const sockets = [...this.#open];
      for (; due < now && sockets.length > 0; due += 1) this.#send(sockets[due % sockets.length]);
    }, 10);
  }

  /** From now on nothing is sent, and nobody connects again. */
  stop(): void {
    this.#isStopping = true;
    clearInterval(this.#timer);
  }

  get tally(): Tally {
    return {
      opened: this.#opened,
      refusals: this.#refusals,
      closes: this.#closes,
      sent: this.#sent,
      acknowledged: this.#acknowledged,
    };
  }

  /** How many are connected. */
  get connectedCount(): number {
    return this.#open.size;
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    let isOpen = false;
    socket.on("open", () => {
      isOpen = true;
      this.#opened += 1;
      this.#open.add(socket);
    });
    socket.on("message", (data: Buffer) => this.#acknowledged.add(data.toString()));
    socket.on("error", (error) => {
      if (!isOpen) this.#refusals.push(error.message);
    });
    // It was asked to go: nothing that it says now is heard.
    socket.on("close", (code) => {
      this.#open.delete(socket);
      this.#closes.set(code, (this.#closes.get(code) ?? 0) + 1);
      if (!this.#isStopping) this.#connect();
    });
  }

  #send(socket: WebSocket | undefined): void {
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.send(`m${this.#sent}`);
    this.#sent += 1;
  }
}
