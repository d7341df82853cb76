import type { Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import { Deadline, DeadlineList } from "./deadline-list.ts";
import { resetSocket } from "./reset-socket.ts";

/** Ends sockets that connect and then say nothing at all. From the first byte on the HTTP server times them. */
export class FirstByteGuard {
  /** For whoever waits for something else at a socket's beginning, as long. */
  readonly deadlines: DeadlineList;
  /** How many bytes each had brought before it was watched. */
  readonly #watched = new Map<Socket, number>();

  constructor(clock: Clock, firstByteTimeoutMs: number) {
    this.deadlines = new DeadlineList(clock, firstByteTimeoutMs);
  }

  /** `bytesBefore`: what came, and does not count. */
  watch(socket: Socket, bytesBefore = 0): void {
    const deadline = new Deadline(() => {
      if (this.#isSilent(socket)) resetSocket(socket);
      this.#watched.delete(socket);
    });
    this.#watched.set(socket, bytesBefore);
    this.deadlines.add(deadline);
    socket.once("close", () => {
      this.deadlines.delete(deadline);
      this.#watched.delete(socket);
    });
  }

  /** Those that have said nothing need not be waited for. */
  endSilent(): void {
    for (const socket of this.#watched.keys()) if (this.#isSilent(socket)) socket.destroy();
  }

  // Counted by the handle: to listen for data would take the socket from the HTTP parser.
  #isSilent(socket: Socket): boolean {
    return socket.bytesRead === this.#watched.get(socket);
  }
}
