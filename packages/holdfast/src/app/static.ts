import type { Registry } from "./registry.ts";

export interface StaticOptions {
  /** Where the folder is mounted; `/` unless said. */
  readonly path?: string;
  /**
   * Also serves every file under a name that carries a hash of its contents, which browsers may keep for good, and
   * lists these names at `static.json` below `path`.
   */
  readonly fingerprint?: boolean;
  /** A page of the folder, such as `404.html`, for browsers that ask for what nothing answers. */
  readonly notFound?: string;
}

/** The files of one folder, as handlers see them. */
export interface StaticFiles {
  /**
   * The path under which a file of the folder is served, such as `/app-3f9a0c2b1d.js` for `app.js` of a fingerprinted
   * folder. Rejects with `RESOURCE_ARGUMENT_INVALID` when there is no such file.
   */
  url(file: string): Promise<string>;
}

export function addStaticSite(registry: Registry, folder: string, options: StaticOptions): StaticFiles {
  const path = options.path ?? "/";
  registry.note(`static:${path}`);
  registry.staticSites.push({
    path,
    folder,
    fingerprint: options.fingerprint ?? false,
    ...(options.notFound !== undefined && { notFound: options.notFound }),
  });
  return {
    async url(file) {
      return String(await registry.call(`static:${path}`, "url", { file }));
    },
  };
}
