import { statfs } from "node:fs/promises";
import type { QueueCounts } from "../../ports/queue-store.ts";
import type { HostLoad } from "../../ports/function-host.ts";
import type { Families, GaugeFamily } from "./families.ts";

/** What is not counted but looked at, whenever somebody reads the metrics. */
export interface MetricSources {
  gateways(): readonly GatewaySource[];
  host(): HostLoad;
  /** By name. */
  queues(): Promise<readonly (readonly [name: string, counts: QueueCounts])[]>;
  topicDeliveries(): number;
  readonly stateDir: string;
}

export interface GatewaySource {
  readonly api: string;
  readonly stage: string;
  readonly connections: number;
  readonly rooms: number;
  readonly messagesRunning: number;
  readonly messagesWaiting: number;
}

export class PolledMetrics {
  readonly #connections: GaugeFamily;
  readonly #rooms: GaugeFamily;
  readonly #messages: GaugeFamily;
  readonly #invocations: GaugeFamily;
  readonly #queueMessages: GaugeFamily;
  readonly #topicDeliveries: GaugeFamily;
  readonly #stateFree: GaugeFamily;
  readonly #stateSize: GaugeFamily;

  constructor(families: Families) {
    const gauge = (name: string, help: string, ...labels: readonly string[]): GaugeFamily =>
      families.gauge({ name, help, labels });
    this.#connections = gauge("holdfast_connections_open", "Open connections.", "api", "stage");
    this.#rooms = gauge("holdfast_rooms", "Rooms with somebody in them.", "api", "stage");
    this.#messages = gauge(
      "holdfast_messages_in_flight",
      "Messages from clients that are not answered yet: whose route runs, or that wait for their turn.",
      "api",
      "stage",
      "state",
    );
    this.#invocations = gauge(
      "holdfast_invocations",
      "Invocations that run, or wait for a process.",
      "state",
    );
    this.#queueMessages = gauge(
      "holdfast_queue_messages",
      "Messages in queues: visible, received and not deleted yet, or delayed.",
      "queue",
      "state",
    );
    this.#topicDeliveries = gauge(
      "holdfast_topic_deliveries_pending",
      "Deliveries of topics' messages that have not come to their end.",
    );
    this.#stateFree = gauge(
      "holdfast_state_disk_free_bytes",
      "What is free on the disk with the state folder.",
    );
    this.#stateSize = gauge("holdfast_state_disk_size_bytes", "The size of the disk with the state folder.");
  }

  /** Never rejects: a source that fails is not shown. */
  async update(sources: MetricSources): Promise<void> {
    this.#updateGateways(sources.gateways());
    const { running, waiting } = sources.host();
    this.#invocations.replace(byState({ running, waiting }));
    this.#topicDeliveries.replace([{ labels: {}, value: sources.topicDeliveries() }]);
    await Promise.all([this.#updateQueues(sources), this.#updateDisk(sources)]);
  }

  #updateGateways(gateways: readonly GatewaySource[]): void {
    const of = (read: (one: GatewaySource) => number) =>
      gateways.map((one) => ({ labels: { api: one.api, stage: one.stage }, value: read(one) }));
    this.#connections.replace(of(({ connections }) => connections));
    this.#rooms.replace(of(({ rooms }) => rooms));
    this.#messages.replace(
      gateways.flatMap(({ api, stage, messagesRunning, messagesWaiting }) =>
        byState({ running: messagesRunning, waiting: messagesWaiting }, { api, stage }),
      ),
    );
  }

  async #updateQueues(sources: MetricSources): Promise<void> {
    const queues = await sources.queues().catch(() => []);
    this.#queueMessages.replace(
      queues.flatMap(([queue, { visible, inFlight, delayed }]) =>
        byState({ visible, in_flight: inFlight, delayed }, { queue }),
      ),
    );
  }

  async #updateDisk({ stateDir }: MetricSources): Promise<void> {
    const disk = await statfs(stateDir).catch(() => undefined);
    const sample = (blocks: number) => (disk ? [{ labels: {}, value: blocks * disk.bsize }] : []);
    this.#stateFree.replace(sample(disk?.bavail ?? 0));
    this.#stateSize.replace(sample(disk?.blocks ?? 0));
  }
}

function byState(values: Readonly<Record<string, number>>, labels: Readonly<Record<string, string>> = {}) {
  return Object.entries(values).map(([state, value]) => ({ labels: { ...labels, state }, value }));
}
