import type { GatewayObserver } from "../ports/gateway-observer.ts";

/** Several as one; undefined when there are none. */
export function joinObservers(
  candidates: readonly (GatewayObserver | undefined)[],
): GatewayObserver | undefined {
  const observers = candidates.filter((one) => one !== undefined);
  if (observers.length <= 1) return observers[0];
  return {
    handled: (exchange) => observers.forEach((one) => one.handled(exchange)),
    opened: (connection) => observers.forEach((one) => one.opened?.(connection)),
    closed: (connection, code) => observers.forEach((one) => one.closed?.(connection, code)),
    received: (connection, bytes) => observers.forEach((one) => one.received?.(connection, bytes)),
    sent: (connection, bytes) => observers.forEach((one) => one.sent?.(connection, bytes)),
    slowConsumer: (connection) => observers.forEach((one) => one.slowConsumer?.(connection)),
  };
}
