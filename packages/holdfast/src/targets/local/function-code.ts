import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../base/clock.ts";
import { HoldfastError, toError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { unzipTo } from "../../bundle/unzip.ts";
import type { CodeFacts } from "../../ports/function-updates.ts";

export interface UploadedCodeOptions {
  /** Where archives are unpacked to, and noted for the next run. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Code that was uploaded for a function. */
export interface UploadedCode extends CodeFacts {
  /** What the function's own code was then; it gives way to another. */
  readonly ownRevision: string;
  /** Absolute. */
  readonly dir: string;
}

type Note = Omit<UploadedCode, "dir">;

/** Uploaded code of functions, in folders that outlive a run. */
export class UploadedCodes {
  readonly #options: UploadedCodeOptions;
  readonly #codes = new Map<string, UploadedCode>();

  private constructor(options: UploadedCodeOptions) {
    this.#options = options;
  }

  static async open(options: UploadedCodeOptions): Promise<UploadedCodes> {
    const codes = new UploadedCodes(options);
    const names = await readdir(options.folder).catch(() => []);
    for (const name of names.filter((one) => one.endsWith(".json")))
      await codes.#restore(name.slice(0, -".json".length));
    return codes;
  }

  names(): readonly string[] {
    return [...this.#codes.keys()];
  }

  find(functionName: string): UploadedCode | undefined {
    return this.#codes.get(functionName);
  }

  /** Unpacks an archive. Nothing uses it before `keep`. Rejects with `FUNCTION_CODE_INVALID`. */
  async unpack(functionName: string, zip: Uint8Array, ownRevision: string): Promise<UploadedCode> {
    const codeSha256 = createHash("sha256").update(zip).digest("base64");
    const dir = this.#dirOf(functionName, codeSha256);
    // The same archive as now: it may be running from that folder.
    if (this.#codes.get(functionName)?.dir !== dir) {
      try {
        await unzipTo(zip, dir);
      } catch (cause) {
        const message = `The code of function "${functionName}" cannot be used: ${toError(cause).message}`;
        throw new HoldfastError("FUNCTION_CODE_INVALID", message, { cause });
      }
    }
    const lastModifiedMs = this.#options.clock.now();
    return { codeSha256, codeSize: zip.byteLength, lastModifiedMs, ownRevision, dir };
  }

  /** Keeps code for the next run, and lets go of what was before the code before it. */
  async keep(functionName: string, code: UploadedCode): Promise<void> {
    const before = this.#codes.get(functionName);
    this.#codes.set(functionName, code);
    const { dir, ...note } = code;
    const file = this.#noteOf(functionName);
    await mkdir(this.#options.folder, { recursive: true });
    // Renamed into place, so that nobody reads half a note.
    await writeFile(`${file}.new`, JSON.stringify(note satisfies Note));
    await rename(`${file}.new`, file);
    // Invocations of the code before may be under way.
    await this.#removeAllBut(functionName, [dir, before?.dir]);
  }

  /** The function's own code has changed, or it is gone. */
  async drop(functionName: string): Promise<void> {
    if (!this.#codes.delete(functionName)) return;
    this.#options.log("info", "function-code-dropped", {
      message: `The code that was uploaded for function "${functionName}" gives way to the app's own, which has changed`,
      function: functionName,
    });
    await rm(this.#noteOf(functionName), { force: true });
  }

  /** One that cannot be read, or whose folder has gone, counts as none. */
  async #restore(functionName: string): Promise<void> {
    try {
      const note = JSON.parse(await readFile(this.#noteOf(functionName), "utf8")) as Note;
      const dir = this.#dirOf(functionName, note.codeSha256);
      await readdir(dir);
      this.#codes.set(functionName, { ...note, dir });
      await this.#removeAllBut(functionName, [dir]);
    } catch (error) {
      this.#options.log("warn", "function-code-lost", {
        message: `The code that was uploaded for function "${functionName}" cannot be read, and the app's own runs: ${toError(error).message}`,
        function: functionName,
      });
    }
  }

  async #removeAllBut(functionName: string, kept: readonly (string | undefined)[]): Promise<void> {
    const parent = path.join(this.#options.folder, functionName);
    for (const name of await readdir(parent).catch(() => [])) {
      const dir = path.join(parent, name);
      if (!kept.includes(dir)) await rm(dir, { recursive: true, force: true });
    }
  }

  #noteOf(functionName: string): string {
    return path.join(this.#options.folder, `${functionName}.json`);
  }

  #dirOf(functionName: string, codeSha256: string): string {
    const name = Buffer.from(codeSha256, "base64").toString("hex").slice(0, 16);
    return path.join(this.#options.folder, functionName, name);
  }
}
