import type { Writable } from "node:stream";
import type { DeadlineList, Expiring } from "./deadline-list.ts";

/**
 * All that leaves for one socket, in order. What is queued in one turn of the event loop leaves in one write. A
 * consumer that does not keep up is given up, never waited for.
 */
export class Outbox implements Expiring {
  dueAtMs = 0;
  readonly #sink: ByteSink;
  readonly #flusher: Flusher;
  readonly #outboxBytes: number;
  readonly #onOverflow: (heldBytes: number) => void;
  readonly #bursts: DeadlineList | undefined;
  #inBurst = false;
  #frames: Buffer[] = [];
  #queuedBytes = 0;
  #pong: Buffer | undefined;
  #scheduled = false;
  #ended = false;
  #onEnded: (() => void) | undefined;

  /**
   * `outboxBytes` bounds what is queued here together with what the socket holds. `onOverflow` is called once.
   *
   * @param bursts for a sink that tells only after some turns what the kernel took, as TLS does: for so long it may
   * hold up to twice `outboxBytes`.
   */
  constructor(
    sink: ByteSink,
    flusher: Flusher,
    outboxBytes: number,
    onOverflow: (heldBytes: number) => void,
    bursts?: DeadlineList,
  ) {
    this.#sink = sink;
    this.#flusher = flusher;
    this.#outboxBytes = outboxBytes;
    this.#onOverflow = onOverflow;
    this.#bursts = bursts;
  }

  /** Frames are not copied: one buffer may go to many outboxes. */
  send(frame: Buffer): void {
    if (this.#ended || !this.#hasRoom(frame.length)) return;
    this.#frames.push(frame);
    this.#queuedBytes += frame.length;
    this.#schedule();
  }

  /** May pass the frames that are queued. Of several that have not left yet, the last one counts (RFC 6455, 5.5.3). */
  pong(frame: Buffer): void {
    if (this.#ended || !this.#hasRoom(frame.length)) return;
    this.#pong = frame;
    this.#schedule();
  }

  /** The last frame: everything before it leaves first, nothing comes after it. `onEnded` is called once it was written. */
  end(frame: Buffer, onEnded: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnded = onEnded;
    this.#frames.push(frame);
    this.#queuedBytes += frame.length;
    this.#schedule();
  }

  /** Forgets what is queued. */
  drop(): void {
    this.#ended = true;
    this.#onEnded = undefined;
    this.#frames = [];
    this.#queuedBytes = 0;
    this.#pong = undefined;
    this.#bursts?.delete(this);
  }

  /** The time of a burst is over. */
  expire(): void {
    this.#inBurst = false;
    const heldBytes = this.#queuedBytes + this.#sink.writableLength;
    if (!this.#ended && heldBytes > this.#outboxBytes) this.#overflow(heldBytes);
  }

  /** Hands what is queued to the socket. */
  flush(): void {
    this.#scheduled = false;
    const frames = this.#frames;
    const count = frames.length + (this.#pong === undefined ? 0 : 1);
    if (count > 1) this.#sink.cork();
    if (this.#pong !== undefined) this.#sink.write(this.#pong);
    for (const frame of frames) this.#sink.write(frame);
    if (count > 1) this.#sink.uncork();
    this.#pong = undefined;
    if (frames.length > 0) this.#frames = [];
    this.#queuedBytes = 0;
    const onEnded = this.#onEnded;
    this.#onEnded = undefined;
    onEnded?.();
  }

  #hasRoom(bytes: number): boolean {
    if (this.#queuedBytes + this.#sink.writableLength + bytes <= this.#outboxBytes) return true;
    // A burst within one turn says nothing about the consumer: first see what the kernel takes.
    if (this.#frames.length > 0) this.flush();
    const heldBytes = this.#sink.writableLength;
    if (heldBytes + bytes <= this.#outboxBytes) return true;
    if (this.#bursts !== undefined && heldBytes + bytes <= 2 * this.#outboxBytes) {
      if (!this.#inBurst) this.#bursts.add(this);
      this.#inBurst = true;
      return true;
    }
    this.#overflow(heldBytes);
    return false;
  }

  #overflow(heldBytes: number): void {
    this.drop();
    this.#onOverflow(heldBytes);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#flusher.schedule(this);
  }
}

/** The part of a socket that an outbox writes to. */
export type ByteSink = Pick<Writable, "cork" | "uncork" | "write" | "writableLength">;

/** Flushes, at the end of each turn of the event loop, every outbox that got something in it. One for all sockets. */
export class Flusher {
  #waiting: Outbox[] = [];

  schedule(outbox: Outbox): void {
    if (this.#waiting.push(outbox) === 1) setImmediate(this.#flushAll);
  }

  readonly #flushAll = (): void => {
    const outboxes = this.#waiting;
    this.#waiting = [];
    for (const outbox of outboxes) outbox.flush();
  };
}
