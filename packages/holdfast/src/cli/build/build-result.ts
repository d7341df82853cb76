import path from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { ArtefactFile } from "../../targets/artefacts/artefact.ts";

/** What a build wrote. */
export interface BuildResult {
  readonly files: readonly WrittenFile[];
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
  /** Commands to type next, in this order, from the folder where the build was. */
  readonly next: readonly NextStep[];
}

export interface WrittenFile {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
}

export interface NextStep {
  readonly command: string;
  /** What it does, in a few words. */
  readonly about: string;
}

/** Of the files of an artefact, where they were written. */
export function writtenFiles(folder: string, files: readonly ArtefactFile[]): readonly WrittenFile[] {
  return files.map(({ path: name, content }) => ({
    file: path.join(folder, name),
    bytes: typeof content === "string" ? Buffer.byteLength(content) : content.length,
  }));
}
