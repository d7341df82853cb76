export const writerKeys = ["a", "b", "c", "d", "e", "f"];

/** Each version of a key is a put of its own, but for some that delete. */
export function isDelete(version: number): boolean {
  return version % 7 === 6;
}

/** Some of the puts come as uploads in parts. */
export function isInParts(version: number): boolean {
  return version % 7 === 3;
}

/** From a few bytes to more than is written at once. */
export function bytesOfVersion(key: string, version: number): Uint8Array {
  return Buffer.from(`${key}${version};`.repeat(1 + (version % 5) ** 4 * 400));
}
