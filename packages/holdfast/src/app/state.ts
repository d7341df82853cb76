import type { Registry } from "./registry.ts";

/** A small value that every handler reads, and that outlives restarts. */
export interface State<Value> {
  readonly name: string;
  /** The value set last, or the initial one. */
  get(): Promise<Value>;
  set(value: Value): Promise<void>;
}

export function addState<Value>(registry: Registry, name: string, initial: Value): State<Value> {
  registry.note(`state:${name}`);
  registry.states.push({ name, initial });
  return {
    name,
    async get() {
      return (await registry.call(`state:${name}`, "get", {})) as Value;
    },
    async set(value) {
      await registry.call(`state:${name}`, "set", { value });
    },
  };
}
