import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { TopicBus } from "../../ports/topic-bus.ts";
import { DeliveringTopicBus } from "../delivering-topic-bus.ts";
import { withDefaultLimits, type TopicLimits } from "../topic-limits.ts";

export interface TopicBusOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<TopicLimits>;
}

/**
 * Topics within this process: what is pending when it ends is gone. A delivery that failed is tried again after 1 s,
 * 2 s and 4 s, then logged at error. A message is accepted for every subscriber or, with `TOPIC_OVERLOADED`, for none.
 */
export function createTopicBus({ clock, log, limits }: TopicBusOptions): TopicBus {
  return new DeliveringTopicBus({ clock, log, limits: withDefaultLimits(limits) });
}
