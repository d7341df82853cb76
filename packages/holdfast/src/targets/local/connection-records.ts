import { systemClock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { seldom } from "../../base/seldom.ts";
import type { Table } from "../../model/app-model.ts";
import type { Item } from "../../model/attribute-value.ts";
import type { Write } from "../../model/table-request.ts";
import type { ConnectionFacts } from "../../model/gateway-event.ts";
import type { ConnectionRecords } from "../../ports/connection-records.ts";
import type { TableStore } from "../../ports/table-store.ts";

/** Holds a note of every open connection, so that the next start can end what an unclean stop left. */
export const connectionsTable: Table = {
  // No table of an app can have this name: a colon is not allowed there.
  name: "holdfast:connections",
  key: { name: "connectionId", type: "string" },
  indexes: [],
  retain: false,
};

export interface StoredConnectionRecords extends ConnectionRecords {
  /** The connections that were open when this app last stopped uncleanly. */
  left(): Promise<readonly ConnectionFacts[]>;
  /** From now on nothing is noted: the store closes. */
  close(): void;
}

export function createConnectionRecords(
  store: TableStore,
  log: Log,
  clock = systemClock,
): StoredConnectionRecords {
  const warn = seldom(log, clock);
  // Nobody waits for a note: the store takes requests in order, so it lies there before anything the handler writes.
  let isClosed = false;
  const note = (write: Write): void => {
    if (isClosed) return;
    store.write([write]).catch((error: unknown) =>
      warn("error", "connection-not-recorded", {
        message:
          "A connection's record could not be written: after kill -9 its end may not be told, or told again",
        error,
      }),
    );
  };
  return {
    opened(facts) {
      const item: Item = { connectionId: { S: facts.connectionId }, facts: { S: JSON.stringify(facts) } };
      note({ kind: "put", table: connectionsTable.name, item });
    },
    closed(connectionId) {
      note({ kind: "delete", table: connectionsTable.name, key: { connectionId: { S: connectionId } } });
    },
    async left() {
      const found: ConnectionFacts[] = [];
      let start: Item | undefined;
      do {
        const page = await store.scan({
          table: connectionsTable.name,
          ...(start !== undefined && { start }),
        });
        for (const { facts } of page.items)
          if (facts !== undefined && "S" in facts) found.push(JSON.parse(facts.S) as ConnectionFacts);
        start = page.next;
      } while (start !== undefined);
      return found;
    },
    close() {
      isClosed = true;
    },
  };
}
