import type { Clock } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import type { TableStore } from "../../../ports/table-store.ts";

/** What feeding functions from streams stands on. */
export interface StreamSurroundings {
  /** Its tables that have a stream write their changes to the journal. */
  readonly tables: TableStore;
  /** Runs a function and resolves with what it returned. Rejects with what it threw. */
  readonly run: (name: string, source: "table", routeKey: string, payload: unknown) => Promise<unknown>;
  readonly place: { readonly region: string; readonly accountId: string };
  readonly clock: Clock;
  readonly log: Log;
}
