import { createHash } from "node:crypto";
import path from "node:path";
import { archivedAppDir, type ArchiveManifest } from "../../model/archive-manifest.ts";

/** By function whose code is a folder: a text that is another one once a file of it, or of its layers, is. */
export function codeRevisionsOf({ model, files }: ArchiveManifest): Readonly<Record<string, string>> {
  const revisions = model.functions.flatMap(({ name, code, layers = [] }) => {
    if (code.kind !== "handler") return [];
    const folders = [code.dir, ...layers].map((folder) => path.posix.join(archivedAppDir, folder, "/"));
    const facts = Object.entries(files).filter(([file]) => folders.some((folder) => file.startsWith(folder)));
    const revision = createHash("sha256")
      .update(JSON.stringify([folders, facts]))
      .digest("hex")
      .slice(0, 16);
    return [[name, revision] as const];
  });
  return Object.fromEntries(revisions);
}
