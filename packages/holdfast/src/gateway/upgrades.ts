import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { hostNameOf } from "../model/aws-hosts.ts";
import type { DeadlineList } from "./deadline-list.ts";
import { FrameSocket } from "./frame-socket.ts";
import type { Acceptance, HandshakeAnswer, Refusal } from "./gateway.ts";
import {
  acceptUpgrade,
  checkUpgrade,
  encodeRefusal,
  readHandshake,
  refuseUpgrade,
  type UpgradeFault,
} from "./handshake.ts";
import type { ListenerLimits } from "./listener-limits.ts";
import type { FoundMount, MountTable } from "./mounts.ts";
import { Flusher } from "./outbox.ts";
import { PendingSocket } from "./pending-socket.ts";
import { splitTarget } from "./request-target.ts";

/** Takes upgrade requests through their handshake. */
export class Upgrades {
  readonly #options: UpgradesOptions;
  readonly #flusher = new Flusher();
  #pendingCount = 0;
  #stopped = false;

  constructor(options: UpgradesOptions) {
    this.#options = options;
  }

  /** From now on every handshake is refused, those that wait for `$connect` included. */
  stop(): void {
    this.#stopped = true;
  }

  take(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const pending = new PendingSocket(socket, head, this.#options.limits.earlyBytes);
    const target = splitTarget(request.url);
    const found = target && this.#options.mounts().find(target.path, hostNameOf(request.headers.host ?? ""));
    const refusal = this.#check(request, found);
    if (target === undefined || found === undefined || refusal !== undefined) {
      this.#refuse(pending, refusal ?? forbidden);
      return;
    }
    this.#pendingCount += 1;
    const handshake = readHandshake(request, target.search, found.pathParameters);
    // Bounded by the gateway, whose answer comes within the integration's timeout.
    found.mount.gateway
      .open(handshake)
      .catch((error: unknown) => {
        this.#logError(error);
        return refuseUpgrade(500, "Internal server error");
      })
      .then((answer) => this.#answer(request, pending, answer))
      .catch((error: unknown) => {
        this.#logError(error);
        socket.destroy();
      });
  }

  /** The client hears little; why, stands in the log. */
  #check(request: IncomingMessage, found: FoundMount | undefined): Refusal | undefined {
    const fault = checkUpgrade(request);
    if (fault !== undefined) {
      this.#logFault(request, fault);
      return fault.refusal;
    }
    const foreign = this.#options.checkHost(request);
    if (foreign !== undefined) return foreign;
    if (found !== undefined) return this.#checkRoom();
    this.#logNoApi(request);
    return forbidden;
  }

  #logFault(request: IncomingMessage, { refusal, cause }: UpgradeFault): void {
    this.#options.log("warn", "listener.handshake-refused", {
      message: `A handshake for ${shortTarget(request)} was refused with ${refusal.status}: ${cause}`,
      hint: "WebSocket clients do this by themselves; a proxy on the way may have to be told to pass upgrades on.",
      status: refusal.status,
    });
  }

  #logNoApi(request: IncomingMessage): void {
    const { places } = this.#options.mounts();
    this.#options.log("warn", "listener.handshake-refused", {
      message: `A handshake for ${shortTarget(request)} was refused with 403: no WebSocket API is there`,
      hint:
        places.length === 0
          ? "The app has none on this port."
          : `Connect to ${places.join(" or ")}, with nothing behind it.`,
      status: 403,
    });
  }

  #logError(error: unknown): void {
    this.#options.log("error", "listener.fault", { message: "A handshake could not be handled", error });
  }

  #checkRoom(): Refusal | undefined {
    const { pendingHandshakes } = this.#options.limits;
    if (!this.#stopped && this.#pendingCount < pendingHandshakes) return undefined;
    if (!this.#stopped)
      this.#options.log("warn", "listener.handshakes-bound", {
        message: `${pendingHandshakes} handshakes wait for $connect: another one was refused with 503`,
      });
    return unavailable;
  }

  #answer(request: IncomingMessage, pending: PendingSocket, answer: HandshakeAnswer): void {
    this.#pendingCount -= 1;
    if (answer.kind === "refused") this.#refuse(pending, answer);
    else if (pending.gone) answer.abandon();
    else if (this.#stopped) {
      answer.abandon();
      this.#refuse(pending, unavailable);
    } else this.#accept(request, pending, answer);
  }

  #accept(request: IncomingMessage, pending: PendingSocket, answer: Acceptance): void {
    const { limits, clock, log, closeDeadlines, burstDeadlines, opened } = this.#options;
    const { socket } = pending;
    const early = pending.release();
    socket.write(acceptUpgrade(request.headers["sec-websocket-key"] ?? "", answer, clock.now()));
    const frameSocket = new FrameSocket(socket, {
      connectionId: answer.connectionId,
      messageBytes: answer.messageBytes,
      frameBytes: answer.frameBytes,
      messageFragments: limits.messageFragments,
      bufferedChunks: limits.bufferedChunks,
      outboxBytes: limits.outboxBytes,
      flusher: this.#flusher,
      closeDeadlines,
      burstDeadlines,
      log,
    });
    opened(frameSocket, socket);
    frameSocket.start(answer.attach(frameSocket), early);
  }

  #refuse(pending: PendingSocket, refusal: Refusal): void {
    if (pending.gone) return;
    pending.end(encodeRefusal(refusal, this.#options.clock.now()), this.#options.closeDeadlines);
  }
}

/** Without the query, where secrets may stand. */
function shortTarget({ url = "" }: IncomingMessage): string {
  const path = url.split("?", 1)[0] ?? "";
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}

/** Where there is no such stage, and for a path behind one: users saw API Gateway's 403; the body is its own for `@connections`. */
const forbidden = refuseUpgrade(403, "Forbidden");
const unavailable = refuseUpgrade(503, "Service Unavailable");

export interface UpgradesOptions {
  /** The mounts as they are now. */
  readonly mounts: () => MountTable;
  /** Undefined when the request's host is one to answer for. */
  readonly checkHost: (request: IncomingMessage) => Refusal | undefined;
  readonly limits: ListenerLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a socket may take to end after a close frame or a refusal. */
  readonly closeDeadlines: DeadlineList;
  /** How long a TLS socket may hold up to twice what may wait for a client. */
  readonly burstDeadlines: DeadlineList;
  /** A connection is open. */
  readonly opened: (frameSocket: FrameSocket, socket: Socket) => void;
}
