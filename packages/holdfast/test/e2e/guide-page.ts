import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import { removeFolder } from "../support/holdfast.ts";

const guide = fileURLToPath(new URL("../../../../docs/guide/", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));

export function pageFile(page: string): string {
  return path.join(guide, page);
}

/** Gives the first code block of a page as an app's file; what it wrote is removed after each test. */
export function useGuidePages(): (page: string) => Promise<string> {
  const makeFolder = useFolders();
  return async (page) => {
    const text = await readFile(pageFile(page), "utf8");
    const code = /^```ts\n(?<code>[\s\S]*?)^```$/m.exec(text)?.groups?.code ?? "";
    const folder = await makeFolder();
    await writeFile(path.join(folder, "app.ts"), code);
    return path.join(folder, "app.ts");
  };
}

/** Gives a folder with those code blocks of a page that begin with a file's name in a comment. */
export function useGuideFiles(): (page: string) => Promise<string> {
  const makeFolder = useFolders();
  return async (page) => {
    const text = await readFile(pageFile(page), "utf8");
    const folder = await makeFolder();
    const blocks = text.matchAll(/^```\w+\n(?<code>(?:\/\/|#) (?<name>[\w./-]+\.\w+)\n[\s\S]*?)^```$/gm);
    for (const { groups: { name = "", code = "" } = {} } of blocks) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, code);
    }
    return folder;
  };
}

/** Makes folders below the repository, whose packages apps may import. */
function useFolders(): () => Promise<string> {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await removeFolder(folder);
  });
  return async () => {
    const folder = await mkdtemp(path.join(here, ".guide-"));
    folders.push(folder);
    return folder;
  };
}
