/** The part of a request's path below a site, read once. */
export interface FilePath {
  /** Folders and file, decoded; each is one that may be served. */
  readonly names: readonly string[];
  /** It ends with a slash, or is empty: a folder's index is meant. */
  readonly isFolder: boolean;
}

/** Undefined for what is never served: dot files, ways out of the folder, malformed escapes, empty segments. */
export function readFilePath(path: string): FilePath | undefined {
  const segments = path.split("/");
  const isFolder = segments.at(-1) === "";
  if (isFolder) segments.pop();
  try {
    const names = segments.map(decodeURIComponent);
    return names.every(isServable) ? { names, isFolder } : undefined;
  } catch {
    return undefined;
  }
}

/** Of a file as an app names it, below the site's folder. Undefined for what is never served. */
export function readFileName(file: string): readonly string[] | undefined {
  const names = file.replace(/^\//, "").toWellFormed().split("/");
  return names.every(isServable) ? names : undefined;
}

export function writeFilePath(names: readonly string[]): string {
  return names.map(encodeURIComponent).join("/");
}

/** Dot files are private, save the folder that RFC 8615 makes public. A colon opens other streams of a file on Windows. */
export function isServable(name: string): boolean {
  if (name === "" || name.includes("\0") || /[/\\]/.test(name)) return false;
  if (process.platform === "win32" && name.includes(":")) return false;
  return !name.startsWith(".") || name === ".well-known";
}
