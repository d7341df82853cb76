import type { Readable } from "node:stream";
import { HoldfastError } from "../../base/errors.ts";

/** More than any target takes in one message. */
const maximumBytes = 1024 * 1024;

/**
 * The data of a command: as given, or, for `-`, all of the standard input without the line break at its end.
 *
 * @throws HoldfastError PAYLOAD_TOO_LARGE beyond 1 MB, INPUT_INVALID for what is not UTF-8.
 */
export async function readData(given: string, stdin: Readable): Promise<string> {
  if (given !== "-") return given;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer | string>) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > maximumBytes) {
      throw new HoldfastError("PAYLOAD_TOO_LARGE", "The standard input holds more than a message may");
    }
    chunks.push(piece);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
    return text.replace(/\r?\n$/, "");
  } catch (cause) {
    throw new HoldfastError("INPUT_INVALID", "The standard input is not text in UTF-8", { cause });
  }
}
