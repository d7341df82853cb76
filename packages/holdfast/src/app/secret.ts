import type { Registry } from "./registry.ts";

/** A value that the app's files must not hold. */
export interface Secret {
  readonly name: string;
  /** Rejects with `SECRET_MISSING` when nobody provides it. */
  value(): Promise<string>;
}

export function addSecret(registry: Registry, name: string): Secret {
  registry.note(`secret:${name}`);
  registry.secrets.push({ name });
  return {
    name,
    async value() {
      return String(await registry.call(`secret:${name}`, "read", {}));
    },
  };
}
