import type { Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import { Deadline, DeadlineList } from "./deadline-list.ts";
import { resetSocket } from "./reset-socket.ts";

/** Ends sockets that connect and then say nothing at all. From the first byte on the HTTP server times them. */
export class FirstByteGuard {
  readonly #deadlines: DeadlineList;

  constructor(clock: Clock, firstByteTimeoutMs: number) {
    this.#deadlines = new DeadlineList(clock, firstByteTimeoutMs);
  }

  watch(socket: Socket): void {
    const deadline = new Deadline(() => {
      // Counted by the handle: to listen for data would take the socket from the HTTP parser.
      if (socket.bytesRead === 0) resetSocket(socket);
    });
    this.#deadlines.add(deadline);
    socket.once("close", () => this.#deadlines.delete(deadline));
  }
}
