import path from "node:path";
import { HoldfastError } from "../../base/errors.ts";
import type { StaticSite } from "../../model/app-model.ts";
import { findFile, type FoundFile } from "./find-file.ts";
import { addFingerprint, readFingerprint, type FileHashes } from "./fingerprint.ts";
import { manifestName, readable, readManifest } from "./manifest.ts";
import type { FileAnswer } from "./send-file.ts";
import { readFileName, readFilePath, writeFilePath } from "./url-path.ts";

/** What a site has at a path. */
export type SiteAnswer =
  | ({ readonly kind: "file" } & FileAnswer)
  | { readonly kind: "manifest" }
  /** The path, asked without its last slash, is a folder's. */
  | { readonly kind: "redirect" };

/** One folder below one path. Nothing of its tree is remembered but hashes: a save shows on reload. */
export class ServedSite {
  readonly site: StaticSite;
  readonly folder: string;
  readonly #hashes: FileHashes;
  readonly #prefix: string;

  constructor(site: StaticSite, appDir: string, hashes: FileHashes) {
    this.site = site;
    this.folder = path.resolve(appDir, site.folder);
    this.#hashes = hashes;
    this.#prefix = site.path === "/" ? "" : site.path;
  }

  covers(requestPath: string): boolean {
    return requestPath === this.#prefix || requestPath.startsWith(`${this.#prefix}/`);
  }

  /** Undefined when the site has nothing there. */
  async find(requestPath: string): Promise<SiteAnswer | undefined> {
    const isMount = requestPath === this.#prefix;
    const asked = readFilePath(requestPath.slice(this.#prefix.length + 1));
    if (asked === undefined) return undefined;
    const { names } = asked;
    if (asked.isFolder && !isMount) return this.#plain([...names, "index.html"]);
    if (this.#isManifest(names)) return { kind: "manifest" };
    const immutable = await this.#fingerprinted(names);
    if (immutable !== undefined) return immutable;
    const found = await findFile(this.folder, names);
    if (found?.kind === "file") return plainAnswer(found, names);
    if (found?.kind === "folder" && (await this.#plain([...names, "index.html"])) !== undefined)
      return { kind: "redirect" };
    const last = names.at(-1) ?? ".";
    return last.includes(".") ? undefined : this.#plain([...names.slice(0, -1), `${last}.html`]);
  }

  /** The site's page for what nothing answers; undefined when it has none. */
  async findNotFoundPage(): Promise<FileAnswer | undefined> {
    const { notFound } = this.site;
    const names = notFound === undefined ? undefined : readFileName(notFound);
    const answer = names && (await this.#plain(names));
    return answer && { ...answer, status: 404 };
  }

  manifest(): Promise<Readonly<Record<string, string>>> {
    return readManifest(this.folder, this.#hashes);
  }

  /** The path that `file` is served under. Rejects with `RESOURCE_ARGUMENT_INVALID` when there is none. */
  async url(file: string): Promise<string> {
    const names = readFileName(file) ?? [];
    const found = this.#isManifest(names) ? undefined : await findFile(this.folder, names);
    if (found?.kind !== "file") throw this.#noFile(file);
    if (!this.site.fingerprint) return `${this.#prefix}/${writeFilePath(names)}`;
    const hash = await readable(this.#hashes.hash(found));
    if (hash === undefined) throw this.#noFile(file);
    const last = addFingerprint(names.at(-1) ?? "", hash);
    return `${this.#prefix}/${writeFilePath([...names.slice(0, -1), last])}`;
  }

  #isManifest(names: readonly string[]): boolean {
    return this.site.fingerprint && names.length === 1 && names[0] === manifestName;
  }

  async #plain(names: readonly string[]): Promise<({ readonly kind: "file" } & FileAnswer) | undefined> {
    const found = await findFile(this.folder, names);
    return found?.kind === "file" ? plainAnswer(found, names) : undefined;
  }

  /** Undefined when the name carries no fingerprint, or one of other contents. */
  async #fingerprinted(names: readonly string[]): Promise<SiteAnswer | undefined> {
    if (!this.site.fingerprint) return undefined;
    const read = readFingerprint(names.at(-1) ?? "");
    if (read === undefined) return undefined;
    const plainNames = [...names.slice(0, -1), read.plain];
    const file = await findFile(this.folder, plainNames);
    if (file?.kind !== "file" || this.#isManifest(plainNames)) return undefined;
    if ((await readable(this.#hashes.hash(file))) !== read.hash) return undefined;
    const cacheControl = "public, max-age=31536000, immutable";
    return { kind: "file", file, name: read.plain, status: 200, etag: read.hash, cacheControl };
  }

  #noFile(file: string): HoldfastError {
    const message = `The static folder "${this.site.folder}" serves no file "${file.slice(0, 200)}"`;
    const hint = `Give the path of a file below "${this.site.folder}", such as "app.js". Dot files are not served.`;
    return new HoldfastError("RESOURCE_ARGUMENT_INVALID", message, { hint });
  }
}

function plainAnswer(file: FoundFile, names: readonly string[]): { readonly kind: "file" } & FileAnswer {
  const name = names.at(-1) ?? "";
  return { kind: "file", file, name, status: 200, etag: file.version, cacheControl: "no-cache" };
}
