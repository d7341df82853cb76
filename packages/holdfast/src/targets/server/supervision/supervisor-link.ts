import type { Socket } from "node:net";
import { fromErrorRecord, HoldfastError } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import { PeerBackplane } from "../../../gateway/cluster/peer-backplane.ts";
import type { HandedPort } from "../../../ports/open-port.ts";
import type { HandOver } from "../../local/succession/hand-over.ts";
import type { Succession } from "../../local/succession/succession.ts";
import type { StartMessage, SupervisorMessage, WorkerMessage } from "./messages.ts";

/** The worker's end of the channel: what of `process` it takes. */
export interface SupervisorChannel {
  readonly connected?: boolean;
  send?(message: WorkerMessage): unknown;
  on(event: "message", listener: (message: unknown, handle: unknown) => void): unknown;
  on(event: "disconnect", listener: () => void): unknown;
}

/** Why a worker is to send its clients away and end. */
export type EndReason =
  /** The supervisor wants it, or has gone. */
  | "stopped"
  /** Its successor serves. */
  | "succeeded";

const operations = { release: "succession.release", passTo: "succession.passTo" } as const;

/**
 * A worker's link to its supervisor, and by way of that to the worker before it and the one after. The hand-over is theirs:
 * the successor asks for the state, then says that it serves. If it goes before that, the state is taken back.
 */
export class SupervisorLink {
  readonly #channel: SupervisorChannel;
  readonly #start: StartMessage;
  readonly #log: Log;
  readonly #backplane: PeerBackplane;
  readonly #opening = new Map<number, PromiseWithResolvers<HandedPort>>();
  readonly #met = Promise.withResolvers<void>();
  readonly #inCharge = Promise.withResolvers<void>();
  readonly #ending = Promise.withResolvers<EndReason>();
  #lastId = 0;

  private constructor(channel: SupervisorChannel, start: StartMessage, log: Log) {
    this.#channel = channel;
    this.#start = start;
    this.#log = log;
    this.#backplane = new PeerBackplane(start.node, log);
    // Nobody may be there to hear that.
    this.#met.promise.catch(() => {});
    this.#ending.promise.catch(() => {});
    channel.on("message", (message, handle) => this.#receive(message as SupervisorMessage, handle));
    channel.on("disconnect", () => {
      this.#met.reject(new HoldfastError("NODE_GONE", "The supervisor has gone"));
      this.#inCharge.resolve();
      this.#ending.resolve("stopped");
    });
  }

  /** Once the supervisor has said who this is. */
  static open(channel: SupervisorChannel, log: Log): Promise<SupervisorLink> {
    return new Promise((resolve, reject) => {
      channel.on("disconnect", () => reject(new HoldfastError("NODE_GONE", "The supervisor has gone")));
      channel.on("message", (message) => {
        const start = message as SupervisorMessage;
        if (start.kind === "start") resolve(new SupervisorLink(channel, start, log));
      });
    });
  }

  get succession(): Succession {
    const { predecessor, keySeed } = this.#start;
    return {
      backplane: this.#backplane,
      keySeed,
      ...(predecessor !== undefined && { predecessor }),
      open: (host, port) => this.#open(host, port),
      awaitState: () => this.#awaitState(predecessor),
    };
  }

  /**
   * The app runs, and from now on is handed over when its successor asks for that. Resolves when it is to end, with why.
   * With `stopped` the state is here. Rejects where it was given away for a successor that failed, and cannot be opened again:
   * then the app is of no use any more.
   */
  async serve(handOver: HandOver | undefined): Promise<EndReason> {
    if (handOver === undefined) throw new Error("The app was started without this link's succession");
    const { predecessor, node } = this.#start;
    const state = this.#serveSuccessor(handOver);
    this.#channel.send?.({ kind: "serving" });
    await this.#inCharge.promise;
    // It may have gone meanwhile; then there is nobody to be told.
    if (predecessor !== undefined)
      await this.#backplane.ask(predecessor, operations.passTo, node).catch(() => {});
    const reason = await this.#ending.promise;
    await state.settled();
    return state.isPassed ? "succeeded" : reason;
  }

  /** Resolves when the worker before this one has ended, which needs this one's state until then. */
  async predecessorGone(): Promise<void> {
    const { predecessor } = this.#start;
    if (predecessor === undefined || !this.#backplane.nodes().includes(predecessor)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#backplane.onGone((node) => {
      if (node === predecessor) resolve();
    });
    await promise;
  }

  async close(): Promise<void> {
    await this.#backplane.close();
  }

  #serveSuccessor(handOver: HandOver): SuccessorState {
    const state = new SuccessorState(handOver, this.#log, this.#ending);
    this.#backplane.serve(operations.release, () => state.release());
    this.#backplane.serve(operations.passTo, (node) => state.passTo(Number(node)));
    this.#backplane.onGone((node) => {
      if (node !== this.#start.predecessor) state.gone();
    });
    return state;
  }

  async #awaitState(predecessor: number | undefined): Promise<void> {
    if (predecessor === undefined) return;
    this.#channel.send?.({ kind: "prepared" });
    await this.#met.promise;
    await this.#backplane.ask(predecessor, operations.release, this.#start.node);
  }

  #open(host: string, port: number): Promise<HandedPort> {
    this.#lastId += 1;
    const opening = Promise.withResolvers<HandedPort>();
    this.#opening.set(this.#lastId, opening);
    this.#channel.send?.({ kind: "open", id: this.#lastId, host, port });
    return opening.promise;
  }

  #receive(message: SupervisorMessage, handle: unknown): void {
    switch (message.kind) {
      case "opened":
        // Node's own kind of handle, which `listen` takes.
        this.#opening
          .get(message.id)
          ?.resolve({ port: message.port, handle: handle as HandedPort["handle"] });
        break;
      case "not-opened":
        this.#opening.get(message.id)?.reject(fromErrorRecord(message.error));
        break;
      case "peer":
        this.#backplane.connect(message.node, handle as Socket);
        this.#met.resolve();
        break;
      case "in-charge":
        this.#inCharge.resolve();
        break;
      case "stop":
        this.#ending.resolve("stopped");
        break;
      case "log":
        this.#log(message.level, message.event, { message: message.message });
        break;
      case "start":
    }
  }
}

/** How far the hand-over to a successor has come. */
class SuccessorState {
  readonly #handOver: HandOver;
  readonly #log: Log;
  readonly #ending: PromiseWithResolvers<EndReason>;
  /** One step after the other. */
  #last: Promise<unknown> = Promise.resolve();
  /** Resolves when the state is somebody's again. Absent while it is this process's. */
  #handing: PromiseWithResolvers<void> | undefined;
  isPassed = false;

  constructor(handOver: HandOver, log: Log, ending: PromiseWithResolvers<EndReason>) {
    this.#handOver = handOver;
    this.#log = log;
    this.#ending = ending;
  }

  release(): Promise<void> {
    return this.#inTurn(async () => {
      this.#handing = Promise.withResolvers();
      await this.#handOver.release();
    });
  }

  passTo(node: number): Promise<void> {
    return this.#inTurn(async () => {
      this.isPassed = true;
      await this.#handOver.passTo(node);
      this.#ending.resolve("succeeded");
      this.#handing?.resolve();
    });
  }

  /** The successor has gone. */
  gone(): void {
    void this.#inTurn(async () => {
      const handing = this.#handing;
      if (handing === undefined || this.isPassed) return;
      await this.#handOver.takeBack().finally(() => handing.resolve());
      this.#handing = undefined;
    }).catch((error: unknown) => {
      this.#log("error", "state-lost", {
        message: "The state was given away for a restart that failed, and cannot be opened again",
        error,
      });
      this.#ending.reject(error);
    });
  }

  /** Resolves when the state is this process's, or its successor's. */
  async settled(): Promise<void> {
    await this.#last.catch(() => {});
    await this.#handing?.promise;
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const taken = this.#last.catch(() => {}).then(step);
    this.#last = taken;
    return taken;
  }
}
