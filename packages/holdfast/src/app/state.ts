import { HoldfastError } from "../base/errors.ts";
import { checkJson } from "../runtime/json-data.ts";
import type { Registry } from "./registry.ts";

/** A small value that every handler reads, and that outlives restarts. */
export interface State<Value> {
  readonly name: string;
  /** The value set last, or the initial one. */
  get(): Promise<Value>;
  /** Rejects with `RESOURCE_ARGUMENT_INVALID` for what JSON cannot hold, undefined included. */
  set(value: Value): Promise<void>;
}

export function addState<Value>(registry: Registry, name: string, initial: Value): State<Value> {
  registry.note(`state:${name}`);
  const code = "RESOURCE_ARGUMENT_INVALID";
  checkJson(initial, { what: `the initial value of state "${name}"`, code });
  registry.states.push({ name, initial });
  return {
    name,
    async get() {
      return (await registry.call(`state:${name}`, "get", {})) as Value;
    },
    async set(value) {
      const what = `the value of state "${name}"`;
      if (value === undefined)
        throw new HoldfastError(code, `State "${name}" cannot be set to undefined`, { hint: "Set null." });
      checkJson(value, { what, code });
      await registry.call(`state:${name}`, "set", { value });
    },
  };
}
