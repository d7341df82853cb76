import type { Tasks } from "../tasks.ts";
import type { Operations } from "./operations.ts";

export function functionOperations(tasks: Tasks, name: string): Operations {
  return {
    call: ({ input }) => tasks.call(name, input),
    send: ({ input }) => tasks.send(name, input),
  };
}
