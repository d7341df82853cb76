import type { Socket } from "node:net";
import { fromErrorRecord, HoldfastError, toErrorRecord, type ErrorRecord } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { WireChannel } from "../../model/wire/wire-channel.ts";
import { fromWireData, toWireData, type WireData } from "../../model/wire/wire-data.ts";
import type { Backplane, BackplaneHandler } from "../../ports/backplane.ts";
import { nodeGone } from "./node-gone.ts";

type PeerMessage =
  | readonly ["ask", id: number, operation: string, data: unknown, bytes: WireData["bytes"]]
  /** Without data where the answer is none. */
  | readonly ["answer", id: number, data?: unknown, bytes?: WireData["bytes"]]
  | readonly ["refuse", id: number, error: ErrorRecord];

/**
 * A backplane of sockets, one to each other node, which somebody else connects: for a process and its successor. A node is
 * there for as long as its socket is open.
 */
export class PeerBackplane implements Backplane {
  readonly node: number;
  readonly #log: Log;
  readonly #peers = new Map<number, Peer>();
  readonly #handlers = new Map<string, BackplaneHandler>();
  readonly #listeners = new Set<(node: number) => void>();

  constructor(node: number, log: Log) {
    this.node = node;
    this.#log = log;
  }

  /** The other node is there from now on. The socket leads to it and to nobody else. */
  connect(node: number, socket: Socket): void {
    const peer = new Peer(node, socket, (operation, argument) => this.#answer(operation, argument));
    this.#peers.set(node, peer);
    socket.on("error", (error) =>
      this.#log("warn", "backplane.socket-error", {
        message: `The way to node ${node} broke: ${error.message}`,
      }),
    );
    socket.once("close", () => {
      this.#peers.delete(node);
      peer.gone();
      for (const listener of this.#listeners) listener(node);
    });
  }

  nodes(): readonly number[] {
    return [...this.#peers.keys()];
  }

  async ask(node: number, operation: string, argument: unknown): Promise<unknown> {
    const peer = this.#peers.get(node);
    if (peer === undefined) throw nodeGone(node);
    return peer.ask(operation, argument);
  }

  serve(operation: string, handler: BackplaneHandler): void {
    this.#handlers.set(operation, handler);
  }

  onGone(listener: (node: number) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#peers.values()].map((peer) => peer.end()));
  }

  async #answer(operation: string, argument: unknown): Promise<unknown> {
    const handler = this.#handlers.get(operation);
    if (handler === undefined)
      throw new HoldfastError("OPERATION_UNKNOWN", `Node ${this.node} does no ${operation}`);
    return handler(argument);
  }
}

type Answer = (operation: string, argument: unknown) => Promise<unknown>;

interface Question {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

class Peer {
  readonly #node: number;
  readonly #socket: Socket;
  readonly #answer: Answer;
  readonly #channel: WireChannel<PeerMessage>;
  readonly #questions = new Map<number, Question>();
  #lastId = 0;

  constructor(node: number, socket: Socket, answer: Answer) {
    this.#node = node;
    this.#socket = socket;
    this.#answer = answer;
    socket.setNoDelay(true);
    this.#channel = new WireChannel<PeerMessage>(socket, {
      // Other nodes run this same code.
      receive: (message) => this.#receive(message as PeerMessage),
      fail: (error) => socket.destroy(error),
    });
    // It came paused, so that nothing was read before somebody listened.
    socket.resume();
  }

  ask(operation: string, argument: unknown): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { data, bytes } = toWireData(argument);
    this.#channel.send(["ask", id, operation, data, bytes]);
    return new Promise((resolve, reject) => this.#questions.set(id, { resolve, reject }));
  }

  gone(): void {
    for (const question of this.#questions.values()) question.reject(nodeGone(this.#node));
    this.#questions.clear();
  }

  /** What was gathered in this turn still leaves. */
  async end(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#socket.destroyed) return;
    this.#socket.once("close", () => resolve());
    for (const frame of this.#channel.takeFrames()) this.#socket.write(frame);
    this.#socket.destroySoon();
    await promise;
  }

  #receive(message: PeerMessage): void {
    switch (message[0]) {
      case "ask": {
        const [, id, operation, data, bytes] = message;
        void this.#carryOut(id, operation, fromWireData(data, bytes));
        break;
      }
      case "answer": {
        const [, id, data, bytes] = message;
        this.#take(id)?.resolve(fromWireData(data, bytes));
        break;
      }
      case "refuse":
        this.#take(message[1])?.reject(fromErrorRecord(message[2]));
    }
  }

  async #carryOut(id: number, operation: string, argument: unknown): Promise<void> {
    try {
      const { data, bytes } = toWireData(await this.#answer(operation, argument));
      this.#channel.send(data === undefined ? ["answer", id] : ["answer", id, data, bytes]);
    } catch (error) {
      this.#channel.send(["refuse", id, toErrorRecord(error)]);
    }
  }

  #take(id: number): Question | undefined {
    const question = this.#questions.get(id);
    this.#questions.delete(id);
    return question;
  }
}
