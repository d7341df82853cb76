import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { BoundedCache } from "./bounded-cache.ts";
import { versionOf, type FoundFile } from "./find-file.ts";

const hashDigits = 10;

/** `app.js` to `app-3f9a0c2b1d.js`. */
export function addFingerprint(name: string, hash: string): string {
  const { stem = name, extension = "" } = /^(?<stem>.+?)(?<extension>\.[^.]*)?$/s.exec(name)?.groups ?? {};
  return `${stem}-${hash}${extension}`;
}

/** The reverse of `addFingerprint`; undefined when the name carries no fingerprint. */
export function readFingerprint(name: string): { readonly plain: string; readonly hash: string } | undefined {
  const found = /^(?<stem>.+)-(?<hash>[0-9a-f]{10})(?<extension>\.[^.]*)?$/s.exec(name)?.groups;
  if (found === undefined) return undefined;
  const { stem = "", hash = "", extension = "" } = found;
  return { plain: stem + extension, hash };
}

const maximumHashes = 20_000;

/** Hashes of files' contents, each computed once for as long as the file stays as it is. */
export class FileHashes {
  readonly #known = new BoundedCache<{ readonly version: string; readonly hash: string }>(maximumHashes);
  readonly #underWay = new Map<string, Promise<string>>();

  /** Rejects with the file system's error. */
  async hash(file: FoundFile): Promise<string> {
    const known = this.#known.get(file.path);
    if (known?.version === file.version) return known.hash;
    const key = `${file.version} ${file.path}`;
    const computing = this.#underWay.get(key) ?? this.#compute(file);
    this.#underWay.set(key, computing);
    try {
      return await computing;
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #compute({ path, version }: FoundFile): Promise<string> {
    const hashing = createHash("sha256");
    for await (const chunk of createReadStream(path)) hashing.update(chunk as Buffer);
    const hash = hashing.digest("hex").slice(0, hashDigits);
    // What was read may be half of one version and half of the next.
    if (versionOf(await stat(path)) === version) this.#known.set(path, { version, hash }, 1);
    return hash;
  }
}
