import path from "node:path";
import type { AppModel, FunctionModel } from "../../../model/app-model.ts";

/** A model whose paths all lie below the app's folder, and which folders go there. */
export interface ArchiveLayout {
  readonly model: AppModel;
  /** By the path below the app's folder in the archive: the absolute path of what is there. */
  readonly folders: ReadonlyMap<string, string>;
}

/** What was built or lies elsewhere has a folder of this name in the archive. */
const elsewhere = ".holdfast-built";

/**
 * Where each folder of an app goes. What lies in the app's own folder stays where it is, so that its model does, too;
 * what a front end built below `buildDir`, and what lies outside, gets a place of its own.
 */
export function layOutArchive(
  model: AppModel,
  { appDir, buildDir }: { readonly appDir: string; readonly buildDir: string },
): ArchiveLayout {
  const folders = new Map<string, string>();
  const place = (folder: string, name: string): string => {
    const absolute = path.resolve(appDir, folder);
    const isOwn = isWithin(appDir, absolute) && !isWithin(buildDir, absolute);
    const inArchive = isOwn ? toPosix(path.relative(appDir, absolute)) || "." : `${elsewhere}/${name}`;
    folders.set(inArchive, absolute);
    return isOwn ? folder : inArchive;
  };
  const functions = model.functions.map((fn): FunctionModel => {
    const { code, layers } = fn;
    return {
      ...fn,
      ...(code.kind === "handler" && { code: { ...code, dir: place(code.dir, `functions/${fn.name}`) } }),
      ...(layers && { layers: layers.map((layer, at) => place(layer, `layers/${fn.name}-${at}`)) }),
    };
  });
  const staticSites = model.staticSites.map((site, at) => ({
    ...site,
    folder: place(site.folder, `sites/${at}`),
  }));
  return { model: { ...model, functions, staticSites }, folders };
}

function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}

function toPosix(file: string): string {
  return file.split(path.sep).join("/");
}
