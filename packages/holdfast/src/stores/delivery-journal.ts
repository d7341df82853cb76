import type { DeliveredMessage } from "../ports/topic-bus.ts";

export type AcceptedMessage = Omit<DeliveredMessage, "attempt">;

/** Where a bus keeps messages until each subscriber had them, so that another run can go on. */
export interface DeliveryJournal {
  /** Resolves once the message is kept for these subscribers, by their names; at least one. */
  keep(message: AcceptedMessage, subscribers: readonly string[]): Promise<KeptMessage>;

  /** What an earlier run left for a subscriber, in the order of publishing; the next call finds nothing. */
  claim(topic: string, subscriber: string): readonly LeftDelivery[];
}

export interface KeptMessage {
  /** This subscriber had it, or it was given up: it is not kept for it any longer. */
  settled(subscriber: string): void;
}

export interface LeftDelivery {
  readonly message: AcceptedMessage;
  readonly bytes: number;
  readonly kept: KeptMessage;
}
