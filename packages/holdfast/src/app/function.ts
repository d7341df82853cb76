import { checkJson } from "../runtime/json-data.ts";
import { callableFunction, type FunctionHandler } from "../runtime/task-handlers.ts";
import type { FunctionOptions, Registry } from "./registry.ts";

/** A function that other handlers run. */
export interface CallableFunction<Input, Output> {
  readonly name: string;
  /**
   * Runs it and resolves with what it returned. Rejects with what it threw, and with `RESOURCE_ARGUMENT_INVALID` for
   * an input that JSON cannot hold.
   */
  call(input: Input): Promise<Output>;
  /** Has it run soon, as an event: resolves once that is accepted. A failure is tried again with growing pauses, then reported. */
  send(input: Input): Promise<void>;
}

export function addCallableFunction<Input, Output>(
  registry: Registry,
  name: string,
  options: FunctionOptions,
  handler: FunctionHandler<Input, Output>,
): CallableFunction<Input, Output> {
  registry.note(`function:${name}`);
  const subject = { what: `the input of function "${name}"`, code: "RESOURCE_ARGUMENT_INVALID" } as const;
  const resource = `function:${registry.addFunction(name, callableFunction(handler), options)}`;
  return {
    name,
    async call(input) {
      checkJson(input, subject);
      return (await registry.call(resource, "call", { input })) as Output;
    },
    async send(input) {
      checkJson(input, subject);
      await registry.call(resource, "send", { input });
    },
  };
}
