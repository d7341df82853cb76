import { HoldfastError } from "../base/errors.ts";
import type { Handler } from "./registered-app.ts";

export interface ServiceContext {
  /** Aborts when the app stops, or a newer version of it takes over. */
  readonly signal: AbortSignal;
}

/** Ends what a service began. */
export type ServiceStopper = () => unknown;

/** Begins what runs with the app. Resolves with what ends it, or with nothing. */
// A start that ends itself by the signal, or needs no end, returns nothing.
// oxlint-disable-next-line typescript/no-invalid-void-type
export type ServiceStart = (
  context: ServiceContext,
) => void | ServiceStopper | Promise<void | ServiceStopper>;

/** One invocation that lasts until it is told to stop. */
export function serviceFunction(start: ServiceStart): Handler {
  return async (_event, { signal }) => {
    const stopper: unknown = await start({ signal });
    if (stopper !== undefined && typeof stopper !== "function")
      throw new HoldfastError("HANDLER_RESULT_INVALID", `A service returned a ${typeof stopper}`, {
        hint: "Return a function that ends what the service began, or nothing.",
      });
    await aborted(signal);
    if (typeof stopper === "function") await (stopper as ServiceStopper)();
    return undefined;
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
