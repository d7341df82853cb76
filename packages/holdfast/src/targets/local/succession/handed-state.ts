import { HoldfastError } from "../../../base/errors.ts";
import type { Backplane } from "../../../ports/backplane.ts";
import type { BucketStore } from "../../../ports/bucket-store.ts";
import type { QueueStore } from "../../../ports/queue-store.ts";
import type { TableStore } from "../../../ports/table-store.ts";
import type { TopicBus } from "../../../ports/topic-bus.ts";
import type { LocalStores } from "../stores.ts";
import { Custody } from "./custody.ts";
import { Watchers } from "./watchers.ts";

export interface HandedStateOptions {
  readonly backplane: Backplane;
  readonly openStores: () => Promise<LocalStores>;
  readonly openBus: (tables: TableStore) => Promise<TopicBus>;
}

const tableCalls = ["get", "write", "query", "scan"] as const;
const bucketCalls = [
  ...(["get", "head", "put", "putIf", "copy", "setTags", "delete", "list", "createUpload"] as const),
  ...(["putPart", "copyPart", "getUpload", "listUploads", "completeUpload", "abortUpload"] as const),
] as const;
const queueCalls = ["send", "delete", "changeVisibility", "purge", "counts"] as const;

/** How long deliveries may take to end before the topics change hands; what is left is the next owner's. */
const busGraceMs = 1_000;

/**
 * An app's stores and topics. This process has them until it gives them away; then they are its successor's, and whoever
 * uses them here notices a pause and nothing else. Changes are heard where they are made.
 */
export class HandedState {
  readonly stores: LocalStores;
  readonly bus: TopicBus;
  readonly #options: HandedStateOptions;
  readonly #custody: Custody;
  /** Apart, and given away first: what changes an object ends when the topics, and with them the tables, have its news. */
  readonly #bucketCustody: Custody;
  /** Apart, for deliveries that are to end need the stores. */
  readonly #busCustody: Custody;
  readonly #tableWatchers = new Watchers<Parameters<TableStore["watch"]>[0]>();
  readonly #bucketWatchers = new Watchers<Parameters<BucketStore["watch"]>[0]>();
  #ownStores: LocalStores | undefined;
  #ownBus: TopicBus | undefined;

  private constructor(options: HandedStateOptions) {
    this.#options = options;
    const { backplane } = options;
    this.#custody = new Custody({
      backplane,
      operation: "state.stores",
      parts: {
        tables: { methods: tableCalls, own: () => this.#ownStores?.tables },
        queues: { methods: queueCalls, own: () => this.#ownStores?.queues },
      },
    });
    this.#bucketCustody = new Custody({
      backplane,
      operation: "state.buckets",
      parts: { buckets: { methods: bucketCalls, own: () => this.#ownStores?.buckets } },
    });
    this.#busCustody = new Custody({
      backplane,
      operation: "state.topics",
      parts: { bus: { methods: ["publish"], own: () => this.#ownBus } },
    });
    this.stores = this.#makeStores();
    this.bus = this.#makeBus();
  }

  /** Rejects as what it opens does. */
  static async open(options: HandedStateOptions): Promise<HandedState> {
    const state = new HandedState(options);
    await state.#open();
    return state;
  }

  /** Gives the state away: once it resolves, another process may open it. */
  async release(): Promise<void> {
    const [stores, bus] = [present(this.#ownStores), present(this.#ownBus)];
    this.#bucketCustody.begin();
    await this.#bucketCustody.idle();
    this.#busCustody.begin();
    await bus.close(busGraceMs);
    this.#custody.begin();
    await Promise.all([this.#custody.idle(), this.#busCustody.idle()]);
    this.#ownStores = undefined;
    this.#ownBus = undefined;
    await stores.close();
  }

  /** That node has it now. */
  passTo(node: number): void {
    this.#bucketCustody.passTo(node);
    this.#custody.passTo(node);
    this.#busCustody.passTo(node);
  }

  /** Nobody took it. Topics have to be defined anew. Rejects as `open` does. */
  async takeBack(): Promise<void> {
    await this.#open();
  }

  async #open(): Promise<void> {
    const stores = await this.#options.openStores();
    this.#ownStores = stores;
    this.#tableWatchers.attach((listener) => stores.tables.watch(listener));
    this.#bucketWatchers.attach((listener) => stores.buckets.watch(listener));
    this.#custody.takeBack();
    try {
      // Its notes of what was delivered go wherever the tables are.
      this.#ownBus = await this.#options.openBus(this.stores.tables);
    } catch (error) {
      await stores.close();
      throw error;
    }
    this.#busCustody.takeBack();
    this.#bucketCustody.takeBack();
  }

  #makeStores(): LocalStores {
    const custody = this.#custody;
    const own = (): LocalStores => present(this.#ownStores);
    return {
      tables: {
        ...forwarded<TableStore, (typeof tableCalls)[number]>(
          custody,
          "tables",
          tableCalls,
          () => own().tables,
        ),
        define: async (tables) => own().tables.define(tables),
        watch: (listener) => this.#tableWatchers.add(listener),
        close: async () => {},
      },
      buckets: {
        ...forwarded<BucketStore, (typeof bucketCalls)[number]>(
          this.#bucketCustody,
          "buckets",
          bucketCalls,
          () => own().buckets,
        ),
        define: async (buckets) => own().buckets.define(buckets),
        watch: (listener) => this.#bucketWatchers.add(listener),
        close: async () => {},
      },
      queues: {
        ...forwarded<QueueStore, (typeof queueCalls)[number]>(
          custody,
          "queues",
          queueCalls,
          () => own().queues,
        ),
        define: async (queues) => own().queues.define(queues),
        // Nobody waits at another process: whoever gets nothing asks again, and soon asks there.
        receive: async (...request) => this.#ownStores?.queues.receive(...request) ?? [],
        close: async () => {},
      },
      define: async (model) => own().define(model),
      backup: async (to) => own().backup(to),
      close: async () => {
        await this.#ownStores?.close();
      },
    };
  }

  #makeBus(): TopicBus {
    const { publish } = forwarded<TopicBus, "publish">(this.#busCustody, "bus", ["publish"], () =>
      present(this.#ownBus),
    );
    return {
      publish,
      define: (topics) => present(this.#ownBus).define(topics),
      pendingDeliveries: () => this.#ownBus?.pendingDeliveries() ?? 0,
      close: async (graceMs) => this.#ownBus?.close(graceMs),
    };
  }
}

function present<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new HoldfastError("STORE_FAILED", "Another process of the app has its state");
  return part;
}

type Call = (...args: readonly unknown[]) => Promise<unknown>;

/** Methods that are carried out where the state is. */
function forwarded<Part extends object, Method extends keyof Part & string>(
  custody: Custody,
  part: string,
  methods: readonly Method[],
  own: () => Part,
): Pick<Part, Method> {
  const entries = methods.map((method) => {
    const call: Call = (...args) =>
      custody.call(part, method, args, async () => {
        const target = own();
        return (target[method] as Call).apply(target, [...args]);
      });
    return [method, call] as const;
  });
  return Object.fromEntries(entries) as Pick<Part, Method>;
}
