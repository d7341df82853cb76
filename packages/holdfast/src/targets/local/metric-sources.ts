import type { Queue } from "../../model/aws-resources.ts";
import type { FunctionHost } from "../../ports/function-host.ts";
import type { TopicBus } from "../../ports/topic-bus.ts";
import type { Deployment } from "./deployment.ts";
import type { FrontDoor } from "./front-door.ts";
import type { LocalMetrics } from "./metrics.ts";
import type { LocalStores } from "./stores.ts";
import type { ReloadOptions } from "./watch-and-reload.ts";

export interface WatchedParts {
  readonly front: FrontDoor;
  readonly host: FunctionHost;
  readonly stores: Pick<LocalStores, "queues">;
  readonly bus: TopicBus;
  readonly deployment: Deployment;
  readonly stateDir: string;
}

/** What is looked at whenever somebody reads the metrics. */
export function watchParts(
  meters: LocalMetrics | undefined,
  { front, host, stores, bus, deployment, stateDir }: WatchedParts,
): void {
  const queueCounts = async ({ name }: Queue) => [name, await stores.queues.counts(name)] as const;
  meters?.metrics.watch({
    gateways: () => front.loads(),
    host: () => host.load(),
    queues: () => Promise.all((deployment.model()?.queues ?? []).map(queueCounts)),
    topicDeliveries: () => bus.pendingDeliveries(),
    stateDir,
  });
}

/** What tells of reloads, for `watchAndReload`. */
export function reloadsOf(meters: LocalMetrics | undefined): Pick<ReloadOptions, "reloaded"> {
  return meters === undefined ? {} : { reloaded: (outcome) => meters.metrics.reloaded(outcome) };
}
