import type { Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { TokenBucket } from "./access/token-bucket.ts";
import { isSecure } from "./clients/client.ts";
import { Deadline, type DeadlineList, type Expiring } from "./deadline-list.ts";
import { encodeCloseFrame, encodePongFrame } from "./frame.ts";
import { FrameLengthGuard } from "./frame-length-guard.ts";
import { closeCodeOf, createFrameReceiver, noCloseCode, type FrameReceiver } from "./frame-receiver.ts";
import type { ConnectionPort, GatewaySocket } from "./gateway.ts";
import { Outbox, type Flusher } from "./outbox.ts";
import { resetSocket } from "./reset-socket.ts";

/** What is read, and thrown away, of a client that talks on after the end; more, and its socket is reset. */
const bytesAfterTheEnd = 16 * 1024 * 1024;

/** WebSocket frames over an upgraded socket: parses what comes, sends through an outbox, and shakes hands at the end. */
export class FrameSocket implements GatewaySocket, Expiring {
  dueAtMs = 0;
  readonly #socket: Socket;
  readonly #options: FrameSocketOptions;
  readonly #receiver: FrameReceiver;
  readonly #frameLengths: FrameLengthGuard;
  readonly #outbox: Outbox;
  #connection: ConnectionPort | undefined;
  /** By the gateway. The other reason not to read is that something is held: neither undoes the other. */
  #paused = false;
  /** Frames that came too soon; they are read before anything else. */
  #held: Buffer[] = [];
  readonly #nextTurn = new Deadline(() => this.#readOn());
  #isSlowed = false;
  #bytesAfterTheEnd = 0;
  #closeSent = false;
  #closeLeft = false;
  /** The client has said its last word, or nothing it says can be read any more. */
  #readingDone = false;

  constructor(socket: Socket, options: FrameSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    const { messageBytes: maxPayload, messageFragments, bufferedChunks, flusher, outboxBytes } = options;
    this.#receiver = createFrameReceiver({
      maxPayload,
      maxFragments: messageFragments,
      maxBufferedChunks: bufferedChunks,
    });
    this.#frameLengths = new FrameLengthGuard(options.frameBytes, this.#createPace(options));
    this.#outbox = new Outbox(
      socket,
      flusher,
      outboxBytes,
      (heldBytes) => this.#overflow(heldBytes),
      isSecure(socket) ? options.burstDeadlines : undefined,
    );
  }

  /** `early` came with the handshake. */
  start(connection: ConnectionPort, early: readonly Buffer[]): void {
    this.#connection = connection;
    const receiver = this.#receiver;
    receiver.on("message", (data, isBinary) =>
      isBinary ? connection.binary(data) : connection.message(data.toString()),
    );
    receiver.on("ping", (data) => {
      this.#outbox.pong(encodePongFrame(data));
      connection.ping();
    });
    receiver.on("conclude", (code, reason) => {
      this.#readingDone = true;
      connection.closeFrame(code === noCloseCode ? undefined : code, reason.toString());
      this.#endWhenDone();
    });
    receiver.on("error", (error) => {
      this.#readingDone = true;
      connection.violation(closeCodeOf(error), error.message);
      this.#endWhenDone();
    });
    const socket = this.#socket;
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("end", () => {
      connection.gone();
      this.#outbox.flush();
      this.#outbox.drop();
      socket.end();
      this.#options.closeDeadlines.add(this);
    });
    socket.on("close", () => {
      this.#options.closeDeadlines.delete(this);
      this.#options.turns.delete(this.#nextTurn);
      this.#outbox.drop();
      connection.gone();
    });
    for (const chunk of early) this.#read(chunk);
    this.#resumeSocket();
  }

  send(frame: Buffer): void {
    this.#outbox.send(frame);
  }

  close(code: number | undefined, reason: string): void {
    if (this.#closeSent) return;
    this.#closeSent = true;
    this.#outbox.end(encodeCloseFrame(code, reason), () => {
      this.#closeLeft = true;
      this.#endWhenDone();
    });
    this.#options.closeDeadlines.add(this);
    // Only who reads sees the client's close frame: what is held is let through now.
    this.#readOn();
  }

  pause(): void {
    if (this.#closeSent) return;
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused || this.#closeSent) return;
    this.#paused = false;
    this.#readOn();
  }

  /** The client did not close its side in time. */
  expire(): void {
    resetSocket(this.#socket);
  }

  goingAway(): void {
    this.#connection?.goingAway();
  }

  /** Asked before each frame; undefined where every frame may come. */
  #createPace({ framesPerSecond, clock }: FrameSocketOptions): (() => boolean) | undefined {
    if (framesPerSecond === Number.POSITIVE_INFINITY) return undefined;
    const bucket = new TokenBucket(
      { ratePerSecond: framesPerSecond, burst: Math.max(1, 2 * framesPerSecond) },
      clock.now(),
    );
    return () => this.#closeSent || bucket.take(clock.now());
  }

  #read(chunk: Buffer): void {
    if (this.#closeSent || this.#readingDone) this.#bytesAfterTheEnd += chunk.length;
    if (this.#bytesAfterTheEnd > bytesAfterTheEnd) resetSocket(this.#socket);
    // Afterwards all is thrown away, and yet read: data left unread would turn our end into a reset, and the client
    // might never see our close frame.
    if (this.#readingDone) return;
    if (this.#held.length > 0) {
      this.#held.push(chunk);
      return;
    }
    const stop = this.#frameLengths.check(chunk);
    if (stop === undefined) {
      this.#receiver.write(chunk);
      return;
    }
    if (stop.start > 0) this.#receiver.write(chunk.subarray(0, stop.start));
    if (stop.kind === "long") this.#refuseFrame(stop.payloadBytes);
    else this.#hold(chunk.subarray(stop.start));
  }

  #hold(rest: Buffer): void {
    // What came before it may have been the end.
    if (this.#closeSent) {
      this.#read(rest);
      return;
    }
    if (!this.#isSlowed) this.#options.slowed?.(this.#options.connectionId);
    this.#isSlowed = true;
    this.#held.push(rest);
    this.#socket.pause();
    this.#options.turns.delete(this.#nextTurn);
    this.#options.turns.add(this.#nextTurn);
  }

  /** First what is held, as far as it may come now, then the socket. */
  #readOn(): void {
    if (this.#paused && !this.#closeSent) return;
    const held = this.#held;
    this.#held = [];
    for (const chunk of held) this.#read(chunk);
    this.#resumeSocket();
  }

  #resumeSocket(): void {
    if (this.#closeSent || (!this.#paused && this.#held.length === 0)) this.#socket.resume();
  }

  #refuseFrame(payloadBytes: number): void {
    // What came before it may have been a close frame, or an error, which is told in a moment.
    if (this.#readingDone || this.#receiver.errored !== null) return;
    this.#readingDone = true;
    this.#connection?.violation(
      1009,
      `A frame of ${payloadBytes} bytes is longer than the ${this.#options.frameBytes} allowed; longer messages are to come in several frames`,
    );
    this.#endWhenDone();
  }

  #endWhenDone(): void {
    if (this.#closeLeft && this.#readingDone) this.#socket.end();
  }

  #overflow(heldBytes: number): void {
    const { log, connectionId, outboxBytes } = this.#options;
    log("warn", "gateway.slow-consumer", {
      message: `Connection ${connectionId} does not read: it was dropped with ${heldBytes} of ${outboxBytes} bytes waiting for it`,
      connectionId,
      heldBytes,
    });
    resetSocket(this.#socket);
    this.#connection?.didNotRead();
  }
}

export interface FrameSocketOptions {
  readonly connectionId: string;
  readonly messageBytes: number;
  readonly frameBytes: number;
  readonly messageFragments: number;
  readonly bufferedChunks: number;
  readonly outboxBytes: number;
  readonly flusher: Flusher;
  /** How long a socket may take to end after our close frame. */
  readonly closeDeadlines: DeadlineList;
  /** How long a TLS socket may hold up to twice `outboxBytes`. */
  readonly burstDeadlines: DeadlineList;
  /** On average; twice as many at once. `Infinity` for no limit. */
  readonly framesPerSecond: number;
  /** When to look again whether more frames may come. */
  readonly turns: DeadlineList;
  /** Frames came too soon, and are waited with; told once. */
  readonly slowed?: (connectionId: string) => void;
  readonly clock: Clock;
  readonly log: Log;
}
