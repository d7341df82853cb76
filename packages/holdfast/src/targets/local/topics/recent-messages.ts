import type { Clock } from "../../../base/clock.ts";
import type { PublishedMessage } from "../../../ports/topics.ts";

/** So long a deduplication id stands for one message (documented). */
const rememberedMs = 300_000;

/** What FIFO topics took lately, by deduplication ids. */
export class RecentMessages {
  readonly #clock: Clock;
  /** The oldest first. */
  readonly #taken = new Map<
    string,
    { readonly published: Promise<PublishedMessage>; readonly atMs: number }
  >();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What came of the message with that id, or else of `publish`, which is forgotten if it fails. */
  once(topic: string, id: string, publish: () => Promise<PublishedMessage>): Promise<PublishedMessage> {
    const atMs = this.#clock.now();
    this.#forget(atMs - rememberedMs);
    const key = JSON.stringify([topic, id]);
    const known = this.#taken.get(key);
    if (known !== undefined) return known.published;
    const published = publish().catch((error: unknown) => {
      this.#taken.delete(key);
      throw error;
    });
    this.#taken.set(key, { published, atMs });
    return published;
  }

  #forget(untilMs: number): void {
    for (const [key, { atMs }] of this.#taken) {
      if (atMs > untilMs) return;
      this.#taken.delete(key);
    }
  }
}
