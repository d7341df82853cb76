import type { Clock, Timer } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";

export interface ExportReportOptions {
  readonly endpoint: string;
  readonly bufferSpans: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is lost is said at once, and then in sum, once in so long. */
const reportEveryMs = 60_000;

/** Says in the log what became of spans that nobody will see. */
export class ExportReport {
  readonly #options: ExportReportOptions;
  #dropped = 0;
  #failed = 0;
  #isFailing = false;
  #lastError: unknown;
  #quiet: Timer | undefined;

  constructor(options: ExportReportOptions) {
    this.#options = options;
  }

  /** There was no room for a span. */
  dropped(): void {
    this.#dropped += 1;
    this.#report();
  }

  /** So many could not be sent. */
  failed(spans: number, error: unknown): void {
    this.#failed += spans;
    this.#lastError = error;
    this.#isFailing = true;
    this.#report();
  }

  sent(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    const { endpoint, log } = this.#options;
    log("info", "traces.export-recovered", { message: `${endpoint} takes spans again` });
  }

  /** Says what was not said yet. */
  close(): void {
    this.#quiet?.cancel();
    this.#quiet = undefined;
    this.#say();
  }

  #report(): void {
    if (this.#quiet !== undefined) return;
    this.#say();
    this.#quiet = this.#options.clock.after(reportEveryMs, () => {
      this.#quiet = undefined;
      if (this.#dropped + this.#failed > 0) this.#report();
    });
  }

  #say(): void {
    const { endpoint, bufferSpans, log } = this.#options;
    if (this.#failed > 0)
      log("warn", "traces.export-failed", {
        message: `${this.#failed} span(s) could not be sent to ${endpoint}, and are lost`,
        hint: "See that an OTLP receiver listens there, by HTTP. The app goes on without it.",
        spans: this.#failed,
        error: this.#lastError,
      });
    if (this.#dropped > 0)
      log("warn", "traces.dropped", {
        message: `${this.#dropped} span(s) were dropped: ${bufferSpans} waited already`,
        hint: "Raise traces.bufferSpans, sample less, or shorten traces.flushIntervalMs.",
        spans: this.#dropped,
      });
    this.#failed = 0;
    this.#dropped = 0;
    this.#lastError = undefined;
  }
}
