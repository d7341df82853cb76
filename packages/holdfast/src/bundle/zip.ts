import { unzipSync, zipSync, type Zippable } from "fflate";

/** The time of every entry: what is the same has the same bytes whenever it was made. Zip files hold local times, without a zone. */
const entryTime = new Date(1980, 0, 1);
/** Unpacked; more than any app needs, and less than a machine has. */
const maximumUnpackedBytes = 1024 * 1024 * 1024;

/** One zip file of these, in this order. The same entries give the same bytes. */
export function zipFiles(files: readonly (readonly [path: string, content: Uint8Array])[]): Uint8Array {
  const entries: Zippable = Object.fromEntries(
    files.map(([path, content]) => [path, [content, { mtime: entryTime, os: 3, attrs: 0o100644 << 16 }]]),
  );
  return zipSync(entries, { level: 6 });
}

/** The entries of a zip file by their paths. Throws an `Error` that says why it cannot. */
export function unzipFiles(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  let unpackedBytes = 0;
  const files = unzipSync(archive, {
    filter: ({ originalSize }) => {
      unpackedBytes += originalSize;
      if (unpackedBytes > maximumUnpackedBytes)
        throw new Error(`unpacked it has more than ${maximumUnpackedBytes / 2 ** 20} MB`);
      return true;
    },
  });
  return new Map(Object.entries(files));
}
