import { createHash, randomUUID } from "node:crypto";
import { HoldfastError } from "../../../base/errors.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Topic } from "../../../model/app-model.ts";
import { receiverOf, type SubscriptionOptions, type TopicSubscriber } from "../../../model/receivers.ts";
import type { Subscription } from "../../../ports/topics.ts";
import type { MadeSubscription, SubscriptionRecords } from "./subscription-records.ts";

/** Who subscribes to what: as the app declares it, and what was made since. */
export class Subscriptions {
  readonly #records: SubscriptionRecords;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #declared: readonly Subscription[] = [];
  readonly #made = new Map<string, MadeSubscription>();
  #loading: Promise<void> | undefined;

  /** `onChange` is called whenever there are others, or they are others. */
  constructor(records: SubscriptionRecords, clock: Clock, onChange: () => void) {
    this.#records = records;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  declare(topics: readonly Topic[]): void {
    this.#declared = topics.flatMap(({ name, subscribers }) =>
      subscribers.map((to) => ({ id: stableId(name, to), topic: name, to, confirmed: true, declared: true })),
    );
    this.#onChange();
  }

  /** What earlier runs left. Once it has failed it is tried again. */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** The app's, then those made since. Of one receiver there is one: what the app declares comes first. */
  all(): readonly Subscription[] {
    const made = [...this.#made.values()].filter(
      (one) => !this.#declared.some((other) => isOfSameReceiver(one, other)),
    );
    return [...this.#declared, ...made];
  }

  of(topic: string): readonly Subscription[] {
    return this.all().filter((one) => one.topic === topic);
  }

  find(topic: string, to: TopicSubscriber): Subscription | undefined {
    return this.of(topic).find((one) => isOfSameReceiver(one, { topic, to }));
  }

  async make(topic: string, to: TopicSubscriber, confirmed: boolean): Promise<MadeSubscription> {
    const made: MadeSubscription = {
      id: randomUUID(),
      topic,
      to,
      confirmed,
      declared: false,
      token: createHash("sha256").update(randomUUID()).digest("hex"),
      madeAtMs: this.#clock.now(),
    };
    await this.#save(made);
    return made;
  }

  async confirm(topic: string, token: string): Promise<Subscription | undefined> {
    const found = [...this.#made.values()].find((one) => one.topic === topic && one.token === token);
    if (found === undefined || found.confirmed) return found;
    const confirmed = { ...found, confirmed: true };
    await this.#save(confirmed);
    return confirmed;
  }

  /** Throws `TOPIC_REQUEST_INVALID` for the app's own, and for one that there is not. */
  async change(id: string, options: SubscriptionOptions): Promise<Subscription> {
    const made = this.#requireMade(id);
    if (made === undefined) throw invalid(`There is no subscription ${id}`);
    const { kind, name } = receiverOf(made.to);
    const changed = { ...made, to: { [kind]: name, ...options } as TopicSubscriber };
    await this.#save(changed);
    return changed;
  }

  /** Resolves with what it was; undefined when there was none. Throws `TOPIC_REQUEST_INVALID` for the app's own. */
  async remove(id: string): Promise<Subscription | undefined> {
    const made = this.#requireMade(id);
    if (made === undefined) return undefined;
    await this.#records.remove(id);
    this.#made.delete(id);
    this.#onChange();
    return made;
  }

  #requireMade(id: string): MadeSubscription | undefined {
    const declared = this.#declared.find((one) => one.id === id);
    if (declared === undefined) return this.#made.get(id);
    throw invalid(
      `The subscription ${id} of topic ${declared.topic} is the app's own: change the app instead`,
    );
  }

  async #load(): Promise<void> {
    for (const one of await this.#records.load()) this.#made.set(one.id, one);
    this.#onChange();
  }

  async #save(subscription: MadeSubscription): Promise<void> {
    await this.#records.save(subscription);
    this.#made.set(subscription.id, subscription);
    this.#onChange();
  }
}

export function invalid(message: string): HoldfastError {
  return new HoldfastError("TOPIC_REQUEST_INVALID", message);
}

type Place = Pick<Subscription, "topic" | "to">;

function isOfSameReceiver(one: Place, other: Place): boolean {
  const [a, b] = [receiverOf(one.to), receiverOf(other.to)];
  return one.topic === other.topic && a.kind === b.kind && a.name === b.name;
}

/** A UUID that is the same for the same receiver each time. */
function stableId(topic: string, to: TopicSubscriber): string {
  const { kind, name } = receiverOf(to);
  const hex = createHash("sha256")
    .update(JSON.stringify([topic, kind, name]))
    .digest("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  return parts.join("-");
}
