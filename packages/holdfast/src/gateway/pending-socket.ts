import type { Socket } from "node:net";
import type { DeadlineList, Expiring } from "./deadline-list.ts";
import { resetSocket } from "./reset-socket.ts";

/** What is read, and thrown away, of a client that talks on after its refusal; more, and its socket is reset. */
const bytesAfterTheEnd = 1024 * 1024;

/** A socket whose handshake has not been answered yet: read, so that the client's going is seen, within bounds. */
export class PendingSocket implements Expiring {
  dueAtMs = 0;
  readonly socket: Socket;
  readonly #earlyBytes: number;
  #early: Buffer[];
  #heldBytes: number;
  #gone = false;

  /** `head` came together with the request. */
  constructor(socket: Socket, head: Buffer, earlyBytes: number) {
    this.socket = socket;
    this.#earlyBytes = earlyBytes;
    this.#early = head.length > 0 ? [head] : [];
    this.#heldBytes = head.length;
    socket.on("data", this.#keep);
    socket.on("end", this.#leave);
    socket.on("close", this.#leave);
  }

  /** The client has left. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Ends this guard; the socket is paused, and what came early is returned. */
  release(): readonly Buffer[] {
    this.#forget();
    this.socket.pause();
    return this.#early;
  }

  /** Sends the last bytes; the client gets some time to read them and to end its side. */
  end(bytes: Buffer, closeDeadlines: DeadlineList): void {
    this.#forget();
    // Read on and throw away: data left unread would turn the end into a reset and lose the answer.
    this.#early = [];
    let bytesLeft = bytesAfterTheEnd;
    this.socket.on("data", (chunk: Buffer) => {
      bytesLeft -= chunk.length;
      if (bytesLeft < 0) resetSocket(this.socket);
    });
    this.socket.resume();
    this.socket.end(bytes);
    closeDeadlines.add(this);
    this.socket.once("close", () => closeDeadlines.delete(this));
  }

  expire(): void {
    resetSocket(this.socket);
  }

  readonly #keep = (chunk: Buffer): void => {
    this.#early.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > this.#earlyBytes) this.socket.pause();
  };

  readonly #leave = (): void => {
    this.#gone = true;
    this.#early = [];
    // The client ended its side before there was anything to say to it.
    this.socket.destroy();
  };

  #forget(): void {
    this.socket.off("data", this.#keep);
    this.socket.off("end", this.#leave);
    this.socket.off("close", this.#leave);
  }
}
