import { lstat, mkdir } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { HoldfastError } from "../../../base/errors.ts";

/**
 * Where the running apps of this user have their sockets. Not in the state folder: a socket's path may have some 100
 * bytes, and a mounted file system may have no sockets. One place for all also tells which apps run.
 */
export function commandsFolder(): string {
  return path.join(tmpdir(), `holdfast-${process.getuid?.() ?? userInfo().username}`);
}

/** Makes it, and sees that nobody else can do anything there. Throws `STATE_NOT_WRITABLE`. */
export async function openCommandsFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder);
  const owner = process.getuid?.();
  // In a folder that all may write to, somebody else may have made it first.
  if (owner === undefined || (uid === owner && (mode & 0o170_077) === 0o040_000)) return;
  throw new HoldfastError("STATE_NOT_WRITABLE", `${folder} belongs to others, or is open to them`, {
    hint: "Remove it, or set TMPDIR to a folder of your own.",
  });
}
