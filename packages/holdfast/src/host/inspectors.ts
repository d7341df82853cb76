import type { Log } from "../base/log.ts";
import { startInspectorProxy, type InspectorProxy, type InspectorTarget } from "./inspector-proxy.ts";
import { mainKey, type ProcessPlan } from "./process-plan.ts";

export interface InspectorsOptions {
  readonly host: string;
  /** Of the shared process; the others follow. 0 takes any free ones. */
  readonly port: number;
  readonly log: Log;
  /** Where the process of a plan, by its key, is found now. */
  target(key: string): InspectorTarget | undefined;
  /** The first debugger has come, the last has gone. */
  onAttached(): void;
  onDetached(): void;
}

interface Entry {
  readonly offset: number;
  readonly proxy: InspectorProxy;
}

/** The addresses for debuggers: one for each process, the same from one deployment to the next. */
export class Inspectors {
  readonly #options: InspectorsOptions;
  /** By the plan's key. */
  readonly #entries = new Map<string, Entry>();
  #attached = 0;

  constructor(options: InspectorsOptions) {
    this.#options = options;
  }

  /** So that an address that is taken shows before any code runs. Rejects as `startInspectorProxy` does. */
  async openMain(): Promise<void> {
    if (!this.#entries.has(mainKey)) await this.#open(mainKey, 0);
  }

  /** Opens what is new and closes what is not needed any more. What cannot be opened is logged and done without. */
  async follow(plans: readonly ProcessPlan[]): Promise<void> {
    const wanted = new Set([mainKey, ...plans.map(({ key }) => key)]);
    for (const [key, { proxy }] of this.#entries) {
      if (wanted.has(key)) continue;
      this.#entries.delete(key);
      await proxy.stop();
    }
    for (const { key, functions } of plans) {
      if (this.#entries.has(key)) continue;
      await this.#open(key, this.#freeOffset()).catch((error: unknown) =>
        this.#options.log("warn", "inspector-failed", {
          message: `No debugger can reach ${functions.map(({ name }) => name).join(", ")}`,
          error,
        }),
      );
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ proxy }) => proxy.stop()));
    this.#entries.clear();
  }

  async #open(key: string, offset: number): Promise<void> {
    const { host, port, log } = this.#options;
    const proxy = await startInspectorProxy({
      host,
      port: port === 0 ? 0 : port + offset,
      target: () => this.#options.target(key),
      onAttached: () => {
        if ((this.#attached += 1) === 1) this.#options.onAttached();
      },
      onDetached: () => {
        if ((this.#attached -= 1) === 0) this.#options.onDetached();
      },
    });
    this.#entries.set(key, { offset, proxy });
    log("info", "inspector-listening", {
      message: `Debuggers reach ${key === mainKey ? "functions" : key} at ${host}:${proxy.port}`,
      host,
      port: proxy.port,
      process: key,
    });
  }

  #freeOffset(): number {
    const taken = new Set([...this.#entries.values()].map(({ offset }) => offset));
    let offset = 0;
    while (taken.has(offset)) offset += 1;
    return offset;
  }
}
