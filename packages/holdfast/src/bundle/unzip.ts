import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { unzip as unzipAll, type Unzipped } from "fflate";

/** What Lambda takes, unpacked. */
const maximumUnpackedBytes = 250 * 1024 * 1024;

/** Unpacks an archive into a folder, which is emptied first. Rejects with an `Error` that says why it cannot. */
export async function unzipTo(archive: Uint8Array, folder: string): Promise<void> {
  const files = await unpack(archive);
  await rm(folder, { recursive: true, force: true });
  for (const [name, bytes] of Object.entries(files)) {
    const file = path.join(folder, name);
    // Names such as ../x lead out of the folder.
    if (file !== folder && !file.startsWith(folder + path.sep)) throw new Error(`it holds the path ${name}`);
    if (name.endsWith("/")) continue;
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
    // Archives made elsewhere do not say what may be run; a custom runtime's bootstrap must be.
    if (path.basename(name) === "bootstrap" || name.startsWith("bin/")) await chmod(file, 0o755);
  }
}

function unpack(archive: Uint8Array): Promise<Unzipped> {
  let unpackedBytes = 0;
  return new Promise((resolve, reject) => {
    unzipAll(
      archive,
      {
        filter: ({ originalSize }) => {
          unpackedBytes += originalSize;
          return unpackedBytes <= maximumUnpackedBytes;
        },
      },
      (error, files) => {
        if (error !== null) reject(new Error(`it is no zip archive (${error.message})`));
        else if (unpackedBytes > maximumUnpackedBytes)
          reject(new Error(`unpacked it has more than ${maximumUnpackedBytes / 2 ** 20} MB, Lambda's limit`));
        else resolve(files);
      },
    );
  });
}
