import type { ConnectionFacts } from "../model/gateway-event.ts";

/**
 * Durable notes of the connections that are open, so that the next start can run `$disconnect` for those that an
 * unclean stop left behind. Fire and forget: neither call throws or is waited for, and an implementation reports
 * its own failures. It carries out the calls for one connection in their order.
 */
export interface ConnectionRecords {
  /** Called before the connect handler runs, and again when that gave the connection attributes: the later record counts. */
  opened(record: ConnectionFacts): void;

  /** `$disconnect` has run, or the connection never came about. */
  closed(connectionId: string): void;
}
