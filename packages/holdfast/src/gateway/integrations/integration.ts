import type {
  ConnectEvent,
  DisconnectEvent,
  InvocationEvent,
  MessageEvent,
} from "../../model/gateway-event.ts";
import type { InvocationResult, Invoker } from "../../ports/invoker.ts";
import type { ServiceActions } from "../../ports/service-actions.ts";
import type { Tracer } from "../../ports/tracer.ts";
import type { Log } from "../../base/log.ts";
import type { HttpExchange } from "./http-exchange.ts";

/** What routes run for. */
export type RouteEvent = ConnectEvent | MessageEvent | DisconnectEvent;

export function isRouteEvent(event: InvocationEvent): event is RouteEvent {
  return event.kind === "connect" || event.kind === "message" || event.kind === "disconnect";
}

/**
 * Everything that a route may run beside a plain function. Resolves with what it came to, a proxy response among
 * others; it may also reject. `signal` aborts when nobody waits for it any more.
 */
export type IntegrationExecutor = (event: RouteEvent, signal: AbortSignal) => Promise<InvocationResult>;

/** What executors need of their gateway. */
export interface IntegrationSurroundings {
  readonly invoker: Invoker;
  /** Absent where the target hosts no services. */
  readonly serviceActions?: ServiceActions;
  readonly http: HttpExchange;
  readonly traceId: (nowMs: number) => string;
  /** Absent where nothing is traced. */
  readonly tracer?: Tracer;
  readonly log: Log;
}
