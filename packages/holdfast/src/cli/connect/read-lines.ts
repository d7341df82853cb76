import { on } from "node:events";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { HoldfastError } from "../../base/errors.ts";

/**
 * The lines of a stream, without their line breaks (LF or CRLF), the last one also when nothing ends it. Unlike
 * node:readline it does not break at U+2028 and U+2029, which JSON strings may hold.
 *
 * Ends with the stream or, at once, with the signal. The stream is paused then and stays usable.
 *
 * @throws HoldfastError PAYLOAD_TOO_LARGE for a line beyond 100 million characters.
 */
export async function* readLines(input: Readable, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  try {
    for await (const chunk of readChunks(input, signal)) {
      const lines = (typeof chunk === "string" ? chunk : decoder.write(chunk)).split("\n");
      lines[0] = rest + (lines[0] ?? "");
      rest = lines.pop() ?? "";
      if (rest.length > maxLineCharacters) {
        throw new HoldfastError("PAYLOAD_TOO_LARGE", "A line of the input does not end", {
          hint: "Each line of the input is a message: see that there are line breaks in it.",
        });
      }
      for (const line of lines) yield withoutReturn(line);
    }
    rest += decoder.end();
    if (rest !== "" && !signal.aborted) yield withoutReturn(rest);
  } finally {
    input.pause();
  }
}

const maxLineCharacters = 100_000_000;

async function* readChunks(input: Readable, signal: AbortSignal): AsyncGenerator<Buffer | string> {
  if (signal.aborted || input.readableEnded || input.destroyed) return;
  try {
    const bounds = { highWaterMark: 16, lowWaterMark: 1 };
    for await (const [chunk] of on(input, "data", { signal, close: ["end", "close"], ...bounds }))
      yield chunk;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
