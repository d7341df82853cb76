import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { hostNameOf } from "../model/aws-hosts.ts";
import type { Admission, Place } from "./admission.ts";
import { DeadlineList } from "./deadline-list.ts";
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
import type { ListenerObserver } from "./listener-observer.ts";
import type { FoundMount, MountTable } from "./mounts.ts";
import { Flusher } from "./outbox.ts";
import { PendingSocket } from "./pending-socket.ts";
import type { RefusalLog } from "./refusal-log.ts";
import { splitTarget } from "./request-target.ts";

/** How often it is looked whether clients that sent too much may send on. */
const turnMs = 50;

/** Takes upgrade requests through their handshake. */
export class Upgrades {
  readonly #options: UpgradesOptions;
  readonly #flusher = new Flusher();
  readonly #turns: DeadlineList;
  #pendingCount = 0;
  #stopped = false;

  constructor(options: UpgradesOptions) {
    this.#options = options;
    this.#turns = new DeadlineList(options.clock, turnMs);
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
    const place = this.#options.admission.enter(request);
    if (place.kind === "refused") {
      this.#refuse(pending, place);
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
      .then((answer) => this.#answer(request, pending, answer, place))
      .catch((error: unknown) => {
        this.#logError(error);
        place.leave();
        socket.destroy();
      });
  }

  /** The client hears little; why, stands in the log. */
  #check(request: IncomingMessage, found: FoundMount | undefined): Refusal | undefined {
    const early = this.#options.admission.checkRate(request);
    if (early !== undefined) return early;
    const fault = checkUpgrade(request);
    if (fault !== undefined) {
      this.#logFault(request, fault);
      return fault.refusal;
    }
    const foreign = this.#options.checkHost(request);
    if (foreign !== undefined) return foreign;
    if (found !== undefined) return this.#checkRoom() ?? this.#options.admission.checkOrigin(request);
    this.#logNoApi(request);
    return forbidden;
  }

  #logFault(request: IncomingMessage, { refusal, cause }: UpgradeFault): void {
    this.#options.refusals.tell("no handshakes", "warn", "listener.handshake-refused", {
      message: `A handshake for ${shortTarget(request)} was refused with ${refusal.status}: ${cause}`,
      hint: "WebSocket clients do this by themselves; a proxy on the way may have to be told to pass upgrades on.",
      status: refusal.status,
    });
  }

  #logNoApi(request: IncomingMessage): void {
    const { places } = this.#options.mounts();
    this.#options.refusals.tell("no API", "warn", "listener.handshake-refused", {
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
      this.#options.refusals.tell("waiting handshakes", "warn", "listener.handshakes-bound", {
        message: `${pendingHandshakes} handshakes wait for $connect: another one was refused with 503`,
      });
    return unavailable;
  }

  #answer(request: IncomingMessage, pending: PendingSocket, answer: HandshakeAnswer, place: Place): void {
    this.#pendingCount -= 1;
    if (answer.kind === "accepted" && !pending.gone && !this.#stopped) {
      pending.socket.once("close", () => place.leave());
      this.#accept(request, pending, answer);
      return;
    }
    place.leave();
    if (answer.kind === "refused") this.#refuse(pending, answer);
    else {
      answer.abandon();
      if (!pending.gone) this.#refuse(pending, unavailable);
    }
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
      framesPerSecond: limits.framesPerSecondPerConnection,
      turns: this.#turns,
      slowed: this.#tellSlowed,
      clock,
      log,
    });
    opened(frameSocket, socket);
    frameSocket.start(answer.attach(frameSocket), early);
  }

  readonly #tellSlowed = (connectionId: string): void => {
    const { refusals, limits } = this.#options;
    refusals.tell("fast clients", "info", "listener.client-slowed", {
      message: `Connection ${connectionId} sends more than ${limits.framesPerSecondPerConnection} frames a second: it is read no faster`,
      connectionId,
    });
  };

  #refuse(pending: PendingSocket, refusal: Refusal): void {
    this.#options.observer?.refused(refusal.status);
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
/** It is over in a moment, here or where the client is sent next. */
const unavailable = refuseUpgrade(503, "Service Unavailable", [["retry-after", "1"]]);

export interface UpgradesOptions {
  /** The mounts as they are now. */
  readonly mounts: () => MountTable;
  /** Undefined when the request's host is one to answer for. */
  readonly checkHost: (request: IncomingMessage) => Refusal | undefined;
  readonly admission: Admission;
  readonly refusals: RefusalLog;
  readonly limits: ListenerLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly observer?: Pick<ListenerObserver, "refused">;
  /** How long a socket may take to end after a close frame or a refusal. */
  readonly closeDeadlines: DeadlineList;
  /** How long a TLS socket may hold up to twice what may wait for a client. */
  readonly burstDeadlines: DeadlineList;
  /** A connection is open. */
  readonly opened: (frameSocket: FrameSocket, socket: Socket) => void;
}
