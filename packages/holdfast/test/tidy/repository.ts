import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../../", import.meta.url));
export const sourceDir = fileURLToPath(new URL("../../src/", import.meta.url));

const passedOver = new Set(["node_modules", "dist", ".git", ".holdfast", "coverage"]);

/** Every file below a folder that belongs to the repository, as absolute paths. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (!entry.isDirectory()) return [full];
    return passedOver.has(entry.name) ? [] : listFiles(full);
  });
}
