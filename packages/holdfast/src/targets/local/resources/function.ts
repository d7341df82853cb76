import type { Tasks } from "../tasks.ts";
import type { Operations } from "./operations.ts";

export function functionOperations(tasks: Tasks, name: string): Operations {
  return {
    call: ({ input }, trace) => tasks.call(name, input, trace),
    send: ({ input }, trace) => tasks.send(name, input, undefined, trace),
  };
}
