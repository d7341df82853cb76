import type { Registry } from "./registry.ts";

export interface StaticOptions {
  /** Where the folder is mounted; `/` unless said. */
  readonly path?: string;
}

export function addStaticSite(registry: Registry, folder: string, options: StaticOptions): void {
  const path = options.path ?? "/";
  registry.note(`static:${path}`);
  registry.staticSites.push({ path, folder, fingerprint: false });
}
