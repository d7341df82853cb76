/** A name that npm takes, from a folder's. */
export function packageName(folder: string): string {
  const name = folder
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{Mark}/gu, "")
    .replaceAll(/[^a-z\d._-]+/g, "-")
    .replaceAll(/^[._-]+|-+$/g, "")
    .slice(0, longestName);
  return name === "" || taken.has(name) ? "my-app" : name;
}

/** npm's bound. */
const longestName = 214;
/** Names that npm refuses, and that of the package that the project depends on. */
const taken: ReadonlySet<string> = new Set(["node_modules", "favicon.ico", "holdfast"]);
