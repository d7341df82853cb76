import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { toError } from "../../../base/errors.ts";
import { unzipTo } from "../../../bundle/unzip.ts";
import type { CodeSource } from "../resources/draft.ts";
import { digestFiles, listCodeFiles } from "./code-files.ts";
import type { LocatedCode } from "./located-code.ts";

export interface LocateOptions {
  /** Absolute path of a folder of this code's own, for what has to be written. */
  readonly workDir: string;
  /** Of functions: decides on the name of a file with inline code. */
  readonly runtime?: string;
}

/** Finds code, and unpacks or writes it where it is no folder yet. Rejects with an `Error` that says why it cannot. */
export async function locateCode(source: CodeSource, options: LocateOptions): Promise<LocatedCode> {
  switch (source.kind) {
    case "local":
      return locateLocal(source.path, options);
    case "inline":
      return writeInline(source.text, options);
    case "remote":
      throw new Error(`it is at ${source.uri}, which is on AWS; a path beside the template is needed`);
  }
}

async function locateLocal(found: string, { workDir }: LocateOptions): Promise<LocatedCode> {
  const facts = await stat(found).catch(() => undefined);
  if (facts === undefined) throw new Error(`there is no ${found}`);
  if (facts.isDirectory()) {
    const { folders, files } = await listCodeFiles(found);
    return { dir: found, revision: await digestFiles(files), inputs: folders };
  }
  const revision = await digestFiles([found]);
  if (!/\.(?:zip|jar)$/i.test(found)) throw new Error(`${found} is neither a folder nor a .zip file`);
  const dir = path.join(workDir, revision);
  try {
    await unzipTo(await readFile(found), dir);
  } catch (error) {
    throw new Error(`${found} cannot be unpacked: ${toError(error).message}`, { cause: error });
  }
  return { dir, revision, inputs: [found] };
}

/** The names that Lambda gives the one file: `index.js`, `index.py`. */
async function writeInline(text: string, { workDir, runtime = "" }: LocateOptions): Promise<LocatedCode> {
  const isPython = runtime.startsWith("python");
  const file = path.join(workDir, isPython ? "index.py" : "index.js");
  await mkdir(workDir, { recursive: true });
  await writeFile(file, text);
  // Whatever the app's own package.json says, inline code is CommonJS.
  if (!isPython) await writeFile(path.join(workDir, "package.json"), "{}");
  return { dir: workDir, revision: text, inputs: [] };
}
