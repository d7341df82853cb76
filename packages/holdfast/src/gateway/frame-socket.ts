import type { Socket } from "node:net";
import type { Log } from "../base/log.ts";
import type { DeadlineList, Expiring } from "./deadline-list.ts";
import { encodeCloseFrame, encodePongFrame } from "./frame.ts";
import { FrameLengthGuard } from "./frame-length-guard.ts";
import { closeCodeOf, createFrameReceiver, noCloseCode, type FrameReceiver } from "./frame-receiver.ts";
import type { ConnectionPort, GatewaySocket } from "./gateway.ts";
import { isSecure } from "./handshake.ts";
import { Outbox, type Flusher } from "./outbox.ts";
import { resetSocket } from "./reset-socket.ts";

/** WebSocket frames over an upgraded socket: parses what comes, sends through an outbox, and shakes hands at the end. */
export class FrameSocket implements GatewaySocket, Expiring {
  dueAtMs = 0;
  readonly #socket: Socket;
  readonly #options: FrameSocketOptions;
  readonly #receiver: FrameReceiver;
  readonly #frameLengths: FrameLengthGuard;
  readonly #outbox: Outbox;
  #connection: ConnectionPort | undefined;
  #paused = false;
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
    this.#frameLengths = new FrameLengthGuard(options.frameBytes);
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
      this.#outbox.drop();
      connection.gone();
    });
    for (const chunk of early) this.#read(chunk);
    if (!this.#paused) socket.resume();
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
    // Only who reads sees the client's close frame.
    this.#socket.resume();
  }

  pause(): void {
    if (this.#closeSent) return;
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused || this.#closeSent) return;
    this.#paused = false;
    this.#socket.resume();
  }

  /** The client did not close its side in time. */
  expire(): void {
    resetSocket(this.#socket);
  }

  goingAway(): void {
    this.#connection?.goingAway();
  }

  #read(chunk: Buffer): void {
    // Afterwards all is thrown away, and yet read: data left unread would turn our end into a reset, and the client
    // might never see our close frame.
    if (this.#readingDone) return;
    const long = this.#frameLengths.check(chunk);
    if (long === undefined) {
      this.#receiver.write(chunk);
      return;
    }
    if (long.start > 0) this.#receiver.write(chunk.subarray(0, long.start));
    this.#refuseFrame(long.payloadBytes);
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
    this.#connection?.gone();
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
  readonly log: Log;
}
