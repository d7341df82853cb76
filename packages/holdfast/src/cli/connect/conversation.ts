import type { Writable } from "node:stream";
import type { RawData, WebSocket } from "ws";
import type { Clock } from "../../base/clock.ts";
import type { Ending, Frame, Transcript } from "./transcript.ts";

export interface ConversationOptions {
  readonly transcript: Transcript;
  /** Where the transcript writes. While it is full, nothing is read from the socket. */
  readonly output: Writable;
  readonly clock: Clock;
  /** Close with 1000 after so many messages were received, and take no further one. */
  readonly maxReceived: number;
}

/** An open connection and its transcript, until both sides said goodbye or the line broke. */
export class Conversation {
  /** Never rejects. */
  readonly ended: Promise<Ending>;
  readonly #socket: WebSocket;
  readonly #options: ConversationOptions;
  #receivedCount = 0;
  #pingsSentAtMs: number[] = [];
  #closedByUs = false;
  #error: Error | undefined;
  #outputError: Error | undefined;

  /** @param socket open and paused. */
  constructor(socket: WebSocket, options: ConversationOptions) {
    this.#socket = socket;
    this.#options = options;
    this.ended = this.#follow();
    socket.resume();
  }

  get receivedCount(): number {
    return this.#receivedCount;
  }

  /** Resolves when the message left this process or, the connection being gone, never will. */
  async send(text: string): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const data = Buffer.from(text);
    this.#options.transcript.sent(this.#frame(data, false));
    await new Promise<void>((resolve) => this.#socket.send(data, { binary: false }, () => resolve()));
  }

  /** A ping of the person's own, whose pong is timed. */
  ping(): void {
    if (this.#socket.readyState !== this.#socket.OPEN || this.#pingsSentAtMs.length >= maxPingsUnderWay)
      return;
    this.#pingsSentAtMs.push(this.#options.clock.now());
    this.#socket.ping();
  }

  /** Says goodbye; a server that does not answer it in time is left without. */
  close(code = 1000, reason = ""): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#closedByUs = true;
    // A pause for a full output would keep the server's goodbye from being read.
    this.#socket.resume();
    this.#socket.close(code, reason);
    const deadline = this.#options.clock.after(maxCloseWaitMs, () => this.#socket.terminate());
    this.#socket.once("close", () => deadline.cancel());
  }

  /** What an interrupt does: the first says goodbye, a further one breaks off. */
  interrupt(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.close();
    else this.#socket.terminate();
  }

  #follow(): Promise<Ending> {
    const { output, transcript } = this.#options;
    const onOutputError = (error: Error): void => {
      this.#outputError ??= error;
      this.close();
    };
    // Stays once the output is broken: every further write to it is an error again.
    output.on("error", onOutputError);
    this.#socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    this.#socket.on("ping", (data) => transcript.control("ping", this.#frame(data, true)));
    this.#socket.on("pong", (data) => this.#receivePong(data));
    this.#socket.on("error", (error) => void (this.#error ??= error));
    return new Promise((resolve) => {
      this.#socket.once("close", (code, reason) => {
        if (this.#outputError === undefined) output.off("error", onOutputError);
        resolve({
          code,
          reason: reason.toString("utf8"),
          clean: code !== 1006,
          byUs: this.#closedByUs,
          ...(this.#error !== undefined && { error: this.#error }),
          ...(this.#outputError !== undefined && { outputError: this.#outputError }),
        });
      });
    });
  }

  #receive(data: RawData, isBinary: boolean): void {
    const { transcript, output, maxReceived } = this.#options;
    if (this.#outputError !== undefined || this.#receivedCount >= maxReceived) return;
    this.#receivedCount += 1;
    transcript.received(this.#frame(toBuffer(data), isBinary));
    if (this.#receivedCount >= maxReceived) this.close();
    else if (output.writableNeedDrain && !this.#socket.isPaused) {
      this.#socket.pause();
      output.once("drain", () => this.#socket.resume());
    }
  }

  #receivePong(data: Buffer): void {
    const sentAtMs = this.#pingsSentAtMs.shift();
    const roundTripMs = sentAtMs === undefined ? undefined : this.#options.clock.now() - sentAtMs;
    this.#options.transcript.control("pong", this.#frame(data, true), roundTripMs);
  }

  #frame(data: Buffer, isBinary: boolean): Frame {
    return { data, isBinary, timeMs: this.#options.clock.now() };
  }
}

const maxCloseWaitMs = 2_000;
const maxPingsUnderWay = 100;

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
