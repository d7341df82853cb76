import { fromErrorRecord, HoldfastError, type ErrorRecord } from "../base/errors.ts";
import { encodeMessage } from "../model/wire/wire-codec.ts";
import { fromWireData, toWireData, type WireData } from "../model/wire/wire-data.ts";
import type { ScopeStorage } from "./invocation-scope.ts";
import type { ResourceClient } from "./registered-app.ts";

interface PendingCall {
  resolve(result: unknown): void;
  reject(error: Error): void;
  /** Holds the stack of the call: the answer comes from elsewhere, where no frame is the user's. */
  readonly origin: { readonly stack?: string };
}

/** Passes calls to the host, in the name of the invocation they come from. */
export class HostResourceClient implements ResourceClient {
  readonly #scopes: ScopeStorage;
  readonly #sendEncoded: (message: string) => void;
  readonly #pending = new Map<number, PendingCall>();
  #lastCall = 0;

  constructor(scopes: ScopeStorage, sendEncoded: (message: string) => void) {
    this.#scopes = scopes;
    this.#sendEncoded = sendEncoded;
  }

  call(resource: string, operation: string, argument: unknown): Promise<unknown> {
    const scope = this.#scopes.getStore();
    if (scope === undefined || scope.over) {
      return Promise.reject(refuseOutside(resource, operation, scope?.functionName));
    }
    const id = (this.#lastCall += 1);
    try {
      const { data, bytes } = toWireData(argument);
      this.#sendEncoded(encodeMessage(["call", id, scope.id, resource, operation, data, bytes]));
    } catch (thrown) {
      return Promise.reject(asArgumentError(thrown, resource, operation));
    }
    const origin: { stack?: string } = {};
    Error.captureStackTrace(origin);
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject, origin }));
  }

  answer(id: number, result: WireData): void {
    this.#take(id)?.resolve(fromWireData(result.data, result.bytes));
  }

  refuse(id: number, record: ErrorRecord): void {
    const call = this.#take(id);
    if (call === undefined) return;
    const error = fromErrorRecord(record);
    const frames = call.origin.stack?.split("\n").slice(1) ?? [];
    error.stack = [`${error.name}: ${error.message}`, ...frames].join("\n");
    call.reject(error);
  }

  #take(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    return call;
  }
}

function refuseOutside(resource: string, operation: string, functionName: string | undefined): HoldfastError {
  return functionName === undefined
    ? new HoldfastError(
        "RESOURCE_OUTSIDE_HANDLER",
        `${resource} was asked to ${operation} outside any handler`,
      )
    : new HoldfastError(
        "RESOURCE_OUTSIDE_HANDLER",
        `${resource} was asked to ${operation} after the handler "${functionName}" had finished`,
        { hint: "Await what the handler starts: on AWS too, nothing runs on after its answer." },
      );
}

function asArgumentError(thrown: unknown, resource: string, operation: string): unknown {
  if (thrown instanceof HoldfastError) return thrown;
  const reason = thrown instanceof Error ? thrown.message.split("\n", 1).join("") : String(thrown);
  return new HoldfastError(
    "RESOURCE_ARGUMENT_INVALID",
    `${resource} cannot ${operation} what is not JSON: ${reason}`,
    { cause: thrown },
  );
}
