import { HoldfastError } from "../../../base/errors.ts";
import type { CustomResource } from "../../../model/app-model.ts";
import type { ResourceRequest } from "../../../model/gateway-event.ts";
import type { TraceContext } from "../../../model/trace-context.ts";
import type { Tasks } from "../tasks.ts";
import type { Operations } from "./operations.ts";

/** Each operation is a call of the function that implements the resource here. */
export function customOperations(
  tasks: Tasks,
  { name, operations, implementations }: CustomResource,
): Operations {
  const implementation = implementations.find(({ target }) => target === "local");
  if (implementation === undefined)
    throw new HoldfastError(
      "MODEL_UNSUPPORTED",
      `Resource "${name}" has no implementation for the target "local"`,
    );
  const run = (request: ResourceRequest, trace: TraceContext | undefined): Promise<unknown> =>
    tasks.run(implementation.function, "resource", `resource ${name} ${request.operation}`, request, trace);
  return Object.fromEntries(
    operations.map((operation) => [
      operation,
      ({ arguments: given }, trace) =>
        run({ operation, arguments: Array.isArray(given) ? given : [] }, trace),
    ]),
  );
}
