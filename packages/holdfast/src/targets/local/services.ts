import { randomUUID } from "node:crypto";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { RestartBackoff } from "../../host/restart-backoff.ts";
import type { Service } from "../../model/app-model.ts";
import type { FunctionHost, LongRun } from "../../ports/function-host.ts";

export interface ServicesOptions {
  readonly host: Pick<FunctionHost, "run">;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a service may take to stop. */
const stopGraceMs = 5_000;
/** The longest pause before a service that keeps failing is started again. */
const longestPauseMs = 30_000;

/** Runs an app's services: from when it is deployed until it stops, or a newer version of it takes over. */
export class Services {
  readonly #options: ServicesOptions;
  #running: readonly RunningService[] = [];
  #changing: Promise<void> = Promise.resolve();

  constructor(options: ServicesOptions) {
    this.#options = options;
  }

  /** Stops those of before, then starts these: two versions of one service never run at a time. */
  define(services: readonly Service[]): Promise<void> {
    this.#changing = this.#changing.then(async () => {
      await Promise.all(this.#running.map((service) => service.stop()));
      this.#running = services.map((service) => new RunningService(service, this.#options));
    });
    return this.#changing;
  }

  close(): Promise<void> {
    return this.define([]);
  }
}

class RunningService {
  readonly #service: Service;
  readonly #options: ServicesOptions;
  readonly #backoff: RestartBackoff;
  #run: LongRun | undefined;
  #ended: Promise<void> = Promise.resolve();
  #pause: Timer | undefined;
  #stopping = false;

  constructor(service: Service, options: ServicesOptions) {
    this.#service = service;
    this.#options = options;
    this.#backoff = new RestartBackoff(options.clock, longestPauseMs);
    this.#start();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#pause?.cancel();
    this.#run?.stop(stopGraceMs);
    await this.#ended;
  }

  #start(): void {
    const { host, clock } = this.#options;
    const { name, function: to } = this.#service;
    this.#run = host.run(to, {
      kind: "task",
      source: "service",
      routeKey: `service ${name}`,
      requestId: randomUUID(),
      requestTimeMs: clock.now(),
      payload: null,
    });
    this.#backoff.started();
    this.#ended = this.#run.ended.then((result) => {
      if (result.outcome === "returned") return;
      if (this.#stopping) this.#report(`did not stop cleanly`, result.error);
      else this.#restart(result.error);
    });
  }

  #restart(error: unknown): void {
    this.#backoff.failed();
    const pauseMs = this.#backoff.pauseMs();
    this.#report(`failed; it is started again${pauseMs === 0 ? "" : ` in ${pauseMs} ms`}`, error);
    this.#pause = this.#options.clock.after(pauseMs, () => this.#start());
  }

  #report(what: string, error: unknown): void {
    const { name, function: to } = this.#service;
    this.#options.log("error", "service-failed", {
      message: `Service "${name}" ${what}`,
      function: to,
      error,
    });
  }
}
