import { Fifo } from "./fifo.ts";
import type { ClientMessage } from "./gateway.ts";
import type { GatewayRoute } from "./route-table.ts";
import type { SlotWaiter, Slots } from "./slots.ts";

/**
 * A connection's messages between socket and function. They run concurrently, those on ordered routes one after
 * another. Above the bounds the socket is not read any further: what waits here is at most what one read brought.
 */
export class Inbox implements SlotWaiter {
  readonly #owner: InboxOwner;
  readonly #gatewaySlots: Slots;
  readonly #messagesInFlightPerConnection: number;
  readonly #waiting = new Fifo<ClientMessage>();
  readonly #orderedWaiting = new Fifo<OrderedMessage>();
  #orderedRuns = false;
  #inFlight = 0;
  #reading = true;
  #onQuiet: (() => void) | undefined;

  constructor(owner: InboxOwner, gatewaySlots: Slots, messagesInFlightPerConnection: number) {
    this.#owner = owner;
    this.#gatewaySlots = gatewaySlots;
    this.#messagesInFlightPerConnection = messagesInFlightPerConnection;
  }

  /** Messages that have not been started. */
  get waiting(): number {
    return this.#waiting.size + this.#orderedWaiting.size;
  }

  /** Whether messages wait, or are not done yet. */
  get isBusy(): boolean {
    return this.#inFlight > 0 || this.waiting > 0;
  }

  push(message: ClientMessage): void {
    if (this.#waiting.size === 0 && this.#takeSlot()) {
      this.#admit(message);
      return;
    }
    this.#waiting.push(message);
    if (!this.#reading) return;
    this.#reading = false;
    this.#owner.pauseReading();
  }

  /** The message that `start` was called with is done. */
  finished(route: GatewayRoute): void {
    this.#inFlight -= 1;
    const next = route.ordered ? this.#orderedWaiting.shift() : undefined;
    if (next !== undefined) this.#owner.start(next.route, next.message);
    else {
      if (route.ordered) this.#orderedRuns = false;
      this.#gatewaySlots.release();
    }
    this.slotFree();
    if (!this.isBusy) this.#owner.idle();
  }

  slotFree(): void {
    while (this.#waiting.size > 0 && this.#takeSlot()) this.#admit(this.#waiting.shift() ?? "");
    if (this.#waiting.size > 0) return;
    if (!this.#reading) {
      this.#reading = true;
      this.#owner.resumeReading();
    }
    if (!this.#orderedRuns) this.#tellQuiet();
  }

  /** Calls back, once, as soon as every message that arrived has been started, and those in order are done. */
  whenQuiet(callback: () => void): void {
    this.#onQuiet = callback;
    this.slotFree();
  }

  /** Forgets what has not been started, and says how much that was. From now on it is quiet, and nothing may be pushed. */
  dropWaiting(): number {
    const dropped = this.waiting;
    this.#waiting.clear();
    this.#orderedWaiting.clear();
    this.#tellQuiet();
    return dropped;
  }

  #tellQuiet(): void {
    const onQuiet = this.#onQuiet;
    this.#onQuiet = undefined;
    onQuiet?.();
  }

  /** One slot of the connection and one of the gateway; who gets none for want of the gateway's is told of the next. */
  #takeSlot(): boolean {
    if (this.#inFlight >= this.#messagesInFlightPerConnection) return false;
    if (!this.#gatewaySlots.take()) {
      this.#gatewaySlots.wait(this);
      return false;
    }
    return true;
  }

  /** Holds a slot of the gateway, which an ordered message that must wait gives back: its predecessor's passes on to it. */
  #admit(message: ClientMessage): void {
    const route = this.#owner.route(message);
    if (route === undefined) {
      this.#gatewaySlots.release();
      return;
    }
    this.#inFlight += 1;
    if (!route.ordered) this.#owner.start(route, message);
    else if (this.#orderedRuns) {
      this.#orderedWaiting.push({ route, message });
      this.#gatewaySlots.release();
    } else {
      this.#orderedRuns = true;
      this.#owner.start(route, message);
    }
  }
}

export interface InboxOwner {
  /** The route for a message; undefined when there is none, which the client was then told. */
  route(message: ClientMessage): GatewayRoute | undefined;
  /** Starts a message, and later, never within this call, calls `finished` once. */
  start(route: GatewayRoute, message: ClientMessage): void;
  pauseReading(): void;
  resumeReading(): void;
  /** The last of the messages that came is done. */
  idle(): void;
}

interface OrderedMessage {
  readonly route: GatewayRoute;
  readonly message: ClientMessage;
}
