import { stat } from "node:fs/promises";
import path from "node:path";
import { HoldfastError } from "../base/errors.ts";
import type { OpenFrontend } from "../ports/frontend.ts";
import { createCodeFrontend } from "./code/frontend.ts";

/** An app as somebody named it, and the front end that reads it. */
export interface ChosenApp {
  /** Absolute path of the app's folder. */
  readonly appDir: string;
  readonly open: OpenFrontend;
}

const codeFile = /\.[cm]?[jt]s$/;
const conventionalNames = ["app.ts", "app.mts", "app.js", "app.mjs"];

/**
 * Finds the app that `named` means: a file, a folder's app file, or, unnamed, the current folder's.
 * Throws `APP_FILE_NOT_FOUND` or `APP_KIND_UNKNOWN`.
 */
export async function chooseApp(named: string | undefined, cwd: string): Promise<ChosenApp> {
  const given = path.resolve(cwd, named ?? ".");
  const found = await stat(given).catch(() => undefined);
  if (found === undefined) throw new HoldfastError("APP_FILE_NOT_FOUND", `There is no ${named}`);
  const file = found.isDirectory() ? await findAppFile(given, named) : given;
  if (!codeFile.test(file))
    throw new HoldfastError("APP_KIND_UNKNOWN", `Cannot tell what kind of app ${named} is`);
  return {
    appDir: path.dirname(file),
    open: (surroundings) => createCodeFrontend({ file, ...surroundings }),
  };
}

async function findAppFile(folder: string, named: string | undefined): Promise<string> {
  for (const name of conventionalNames) {
    const file = path.join(folder, name);
    if ((await stat(file).catch(() => undefined))?.isFile() === true) return file;
  }
  throw new HoldfastError("APP_FILE_NOT_FOUND", `There is no app.ts in ${named ?? "this folder"}`);
}
