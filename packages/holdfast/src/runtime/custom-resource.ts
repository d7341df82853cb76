import { HoldfastError } from "../base/errors.ts";
import type { ResourceRequest, TaskEvent } from "../model/gateway-event.ts";
import { checkJson } from "./json-data.ts";
import type { Handler, ResourceClient } from "./registered-app.ts";

/** The methods of a resource that can be called from elsewhere: asynchronous ones. */
export type OperationsOf<Resource extends object> = {
  // The arguments are any: every asynchronous method counts.
  [Name in keyof Resource]: Resource[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof Resource] &
  string;

/** Looks like the implementation; each method is a call to it. What crosses is JSON, both ways. */
export function createResourceProxy<Resource extends object>(
  name: string,
  operations: readonly OperationsOf<Resource>[],
  client: ResourceClient,
): Resource {
  const methods = operations.map((operation) => [
    operation,
    async (...given: readonly unknown[]) => {
      const what = `what ${operation} of resource "${name}" was given`;
      checkJson(given, { what, code: "RESOURCE_ARGUMENT_INVALID" });
      return client.call(`resource:${name}`, operation, { arguments: given });
    },
  ]);
  return Object.fromEntries(methods) as Resource;
}

/** Carries out operations with an implementation that is made for the first of them. */
export function resourceFunction(name: string, open: () => object | Promise<object>): Handler {
  let opened: Promise<object> | undefined;
  return async (event) => {
    const request = (event as TaskEvent).payload as ResourceRequest;
    opened ??= Promise.resolve().then(open);
    const implementation = await opened.catch((error: unknown) => {
      // The next operation may find what this one lacked.
      opened = undefined;
      throw error;
    });
    const method: unknown = Reflect.get(implementation, request.operation);
    if (typeof method !== "function")
      throw new HoldfastError(
        "OPERATION_UNKNOWN",
        `The implementation of resource "${name}" has no method "${request.operation}"`,
      );
    return Reflect.apply(method, implementation, request.arguments) as unknown;
  };
}
