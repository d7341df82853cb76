import type { Quota } from "../../model/app-model.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** What is used up of a quota. A new period begins by itself, at midnight UTC. */
export class QuotaCount {
  #period = "";
  #used = 0;

  isUsedUp({ requests, period }: Quota, nowMs: number): boolean {
    const current = periodOf(period, nowMs);
    if (current !== this.#period) {
      this.#period = current;
      this.#used = 0;
    }
    return this.#used >= requests;
  }

  use(): void {
    this.#used += 1;
  }
}

/** A name for the period that a time lies in. */
export function periodOf(period: Quota["period"], nowMs: number): string {
  const days = Math.floor(nowMs / dayMs);
  switch (period) {
    case "day":
      return `day ${days}`;
    case "week":
      // 1970 began on a Thursday, the fourth day of its week.
      return `week ${Math.floor((days + 3) / 7)}`;
    case "month":
      return `month ${new Date(nowMs).toISOString().slice(0, 7)}`;
  }
}
