import { encodeFrames, encodeMessage, FrameDecoder } from "./wire-codec.ts";

/** The end of the pipe that a channel needs. */
export interface WireSocket {
  write(bytes: Buffer): unknown;
  cork(): void;
  uncork(): void;
  pause(): unknown;
  resume(): unknown;
  on(event: "data", listener: (chunk: Buffer) => void): unknown;
}

export interface WireReceiver {
  receive(message: unknown): void;
  /** The other side sent what cannot be read; nothing more will be received. */
  fail(error: Error): void;
}

/** Sends what one turn of the event loop gathers in one write, and hands on what arrives, message by message. */
export class WireChannel<Outgoing extends readonly unknown[]> {
  readonly #socket: WireSocket;
  readonly #receiver: WireReceiver;
  readonly #decoder = new FrameDecoder();
  #gathered: string[] = [];
  /** Arrived, and kept back while the channel is paused: at most what one read of the socket completes. */
  #held: unknown[] = [];
  #paused = false;
  #broken = false;

  constructor(socket: WireSocket, receiver: WireReceiver) {
    this.#socket = socket;
    this.#receiver = receiver;
    socket.on("data", (chunk) => this.#read(chunk));
  }

  /** Throws, and sends nothing, when the message is too large or not JSON. */
  send(message: Outgoing): void {
    this.sendEncoded(encodeMessage(message));
  }

  sendEncoded(message: string): void {
    // An immediate runs after everything that this turn's reading brings, and before the loop waits again.
    if (this.#gathered.push(message) === 1) setImmediate(() => this.#flush());
  }

  /** What was gathered and not written yet; it will not be written by the channel any more. */
  takeFrames(): Buffer[] {
    const frames = encodeFrames(this.#gathered);
    this.#gathered = [];
    return frames;
  }

  /** No message is received until `resume`, not even one that has arrived; the other side is slowed down. */
  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    const held = this.#held;
    this.#held = [];
    this.#deliver(held);
    // A message may have paused it again.
    if (!this.#isPaused()) this.#socket.resume();
  }

  #read(chunk: Buffer): void {
    if (this.#broken) return;
    let messages: unknown[];
    try {
      messages = this.#decoder.push(chunk);
    } catch (error) {
      this.#broken = true;
      return this.#receiver.fail(error as Error);
    }
    this.#deliver(messages);
  }

  #deliver(messages: unknown[]): void {
    if (this.#paused) return void (this.#held = this.#held.concat(messages));
    for (const [index, message] of messages.entries()) {
      this.#receiver.receive(message);
      if (this.#isPaused()) return void (this.#held = messages.slice(index + 1).concat(this.#held));
    }
  }

  #isPaused(): boolean {
    return this.#paused;
  }

  #flush(): void {
    const frames = this.takeFrames();
    if (frames.length === 0) return;
    if (frames.length > 1) this.#socket.cork();
    for (const frame of frames) this.#socket.write(frame);
    if (frames.length > 1) this.#socket.uncork();
  }
}
